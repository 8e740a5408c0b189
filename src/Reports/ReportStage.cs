using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Parquet;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports;

/// <summary>The last stage: reads the artefacts of a run and writes its metrics and its report folder.</summary>
public static class ReportStage
{
    /// <summary>Writes <c>metrics.parquet</c>, <c>metrics.csv</c> and <c>report/</c>; the page comes last, so that where it is, all is.</summary>
    /// <param name="job">What was asked for.</param>
    /// <param name="run">The run folder, after ingest and replay.</param>
    /// <param name="progress">Told about each step; may be null.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="ArtifactException">An artefact is missing, damaged or of another version.</exception>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public static void Run(Job job, RunFolder run, IProgress<StageProgress>? progress = null, CancellationToken cancel = default)
    {
        const int Steps = 4;
        progress?.Report(new StageProgress("report: metrics", 0, Steps, "steps"));
        ReportModel report = ReportModel.Compute(job, run, cancel);
        MetricsFiles.Write(report, job.Codec == ParquetCodec.Zstd && !ParquetCodecs.ZstdAvailable ? ParquetCodec.Brotli : job.Codec);
        progress?.Report(new StageProgress("report: figures", 1, Steps, "steps"));
        IReadOnlyList<DrawnFigure> figures = DrawnFigure.All(report, cancel);
        string folder = Path.Combine(run.Report, "figures");
        foreach (DrawnFigure figure in figures)
        {
            cancel.ThrowIfCancellationRequested();
            string svg = figure.Large.ToSvg(figure.Id, $"{figure.Number} {figure.Title}", figure.Plan.Description, StyleSheet.OfDrawing);
            AtomicFile.WriteText(Path.Combine(folder, figure.Number + ".svg"), svg + "\n");
            AtomicFile.WriteText(Path.Combine(folder, figure.Number + ".csv"), figure.Plan.Series.ToCsv());
        }
        progress?.Report(new StageProgress("report: pages", 2, Steps, "steps"));
        string mail = SummaryText.Of(report);
        AtomicFile.WriteText(Path.Combine(run.Report, "summary.txt"), mail);
        AtomicFile.WriteText(Path.Combine(run.Report, "summary.json"), SummaryJson.Of(report, figures));
        progress?.Report(new StageProgress("report: page", 3, Steps, "steps"));
        AtomicFile.WriteText(run.IndexHtml, HtmlPage.Of(report, figures, mail));
        foreach (PolicyReplay policy in report.Run.Policies)
        {
            policy.Release();
        }
        progress?.Report(new StageProgress("report", Steps, Steps, "steps"));
    }
}
