using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Metrics;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports;

/// <summary>All numbers of a report, computed once; every writer and figure prints from here.</summary>
public sealed class ReportModel
{
    private ReportModel(RunTables run, CancellationToken cancel)
    {
        Run = run;
        Errors = new SortedDictionary<string, ErrorSums>(run.Policies.ToDictionary(p => p.Name, p => ErrorSums.Read(p, run.Folder)), StringComparer.Ordinal);
        Metrics = MetricTable.Compute(run, cancel);
        Blocks = TraceBlocks.Of(run.Facts, run.Policies.Take(2)
            .Max(p => (long?)RefaultTimes.Percentile(run.HeadSlice(p), 0.5).Value) ?? 0);
        SortedDictionary<string, BlockSums> sums = new(StringComparer.Ordinal);
        foreach (PolicyReplay policy in run.Policies)
        {
            cancel.ThrowIfCancellationRequested();
            sums.Add(policy.Name, BlockSums.Compute(run.HeadSlice(policy), Blocks));
            policy.Release();
        }
        Sums = sums;
        Bootstrap = BlockBootstrap.Of(run.Job.Seed, [.. run.Policies.Take(2).Select(p => sums[p.Name])]);
        ModelError = ModelError.Of(run);
        Pair = Comparison.Of(run, Metrics, HeadlineMetric, sums, Bootstrap);
        Verdict = VerdictMaker.Make(this);
        Trust = TrustRow.Of(run, Pair);
        History = Pair is { } pair ? HistoryComparison.Of(run, pair.Candidate, pair.Baseline) : null;
        foreach (PolicyReplay policy in run.Policies)
        {
            policy.Release();
        }
    }

    /// <summary>The artefacts.</summary>
    public RunTables Run { get; }

    /// <summary>Every metric of every policy.</summary>
    public MetricTable Metrics { get; }

    /// <summary>Wrong decisions of each policy by cause, by name.</summary>
    public IReadOnlyDictionary<string, ErrorSums> Errors { get; }

    /// <summary>The trace in blocks.</summary>
    public TraceBlocks Blocks { get; }

    /// <summary>Sums by block of each policy, by name.</summary>
    public IReadOnlyDictionary<string, BlockSums> Sums { get; }

    /// <summary>Intervals over blocks.</summary>
    public BlockBootstrap Bootstrap { get; }

    /// <summary>How wrong the model is about the recorded kernel.</summary>
    public ModelError ModelError { get; }

    /// <summary>The two policies of the verdict; null when fewer than two were replayed.</summary>
    public Comparison? Pair { get; }

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>Rows of the trust box.</summary>
    public IReadOnlyList<TrustRow> Trust { get; }

    /// <summary>How the generation histories differ; null when either policy has none.</summary>
    public HistoryComparison? History { get; }

    /// <summary>The number that the verdict compares: under a capacity evictions follow from misses, so refaults count as they are.</summary>
    public string HeadlineMetric => Run.HeadCapacity is null ? "refaults_per_gib" : "refaults_per_1000";

    /// <summary>Title: the job's, or the name of its first input.</summary>
    public string Title => Run.Job.Report.Title
        ?? (Run.Job.Trace.Inputs is [string first, ..] && first != "-" ? Path.GetFileName(Path.TrimEndingDirectorySeparator(first)) : "standard input");

    /// <summary>The four metrics and more of page one, by policy: value, and interval or range.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="metric">Catalogue name.</param>
    public Estimate EstimateOf(PolicyReplay policy, string metric)
    {
        MetricValue value = Metrics.Value(policy.Name, metric, Run.Head.Id, Run.HeadCapacity);
        if (value.Value is not { } number)
        {
            return new Estimate(value, null, null, Metrics.Row(policy.Name, metric, Run.Head.Id, Run.HeadCapacity)?.Bounds, "");
        }
        (double Low, double High)? interval = Sums[policy.Name].Of(metric) is { } sums && Bootstrap.Relative(sums) is { } relative
            ? (number * relative.Low, number * relative.High)
            : null;
        (double Low, double High)? range = Run.Schedules.Count > 1 ? Metrics.Range(policy.Name, metric, Run.HeadCapacity) : null;
        MetricRow row = Metrics.Row(policy.Name, metric, Run.Head.Id, Run.HeadCapacity)!;
        return new Estimate(value, interval, range, row.Bounds, MetricTable.KindOf(row));
    }

    /// <summary>Computes the numbers of a run.</summary>
    /// <exception cref="ArtifactException">An artefact is missing, damaged or of another version.</exception>
    public static ReportModel Compute(Job job, RunFolder run, CancellationToken cancel) => Of(RunTables.Read(job, run), cancel);

    /// <summary>Computes the numbers of a run that was read.</summary>
    public static ReportModel Of(RunTables run, CancellationToken cancel) => new(run, cancel);
}

/// <summary>A number with what is known about its uncertainty; the two kinds are never mixed in one mark.</summary>
/// <param name="Value">The number on the head schedule, or why there is none.</param>
/// <param name="Interval">95 % interval over blocks of the trace.</param>
/// <param name="Range">Range over schedules, not an interval.</param>
/// <param name="Bounds">Proven bounds for the decisions taken.</param>
/// <param name="Kind">Kind of answer as <see cref="MetricTable.KindOf"/> names it; empty without a number.</param>
public sealed record Estimate(MetricValue Value, (double Low, double High)? Interval, (double Low, double High)? Range, (double Low, double High)? Bounds, string Kind);
