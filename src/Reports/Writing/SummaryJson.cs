using System.Text.Encodings.Web;
using System.Text.Json;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Writing;

/// <summary>The report for programs: <c>summary.json</c>, keys in ordinal order.</summary>
internal static class SummaryJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        // Readable by people too; the file is never put inside a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the text.</summary>
    public static string Of(ReportModel report, IReadOnlyList<DrawnFigure> figures)
    {
        SortedDictionary<string, object?> root = Object(
            ("schema", "summary/1.0"),
            ("title", report.Title),
            ("demand", report.Run.Facts.Demand),
            ("capacity", report.Run.HeadCapacity),
            ("schedule", report.Run.Head.Name),
            ("schedules", report.Run.Schedules.Select(s => s.Name)),
            ("coverage", report.Run.Head.Coverage),
            ("horizon_ns", report.Run.Facts.HorizonNs),
            ("cold_age_ns", report.Run.Facts.ColdAgeNs),
            ("blocks", report.Bootstrap.Blocks),
            ("guest", GuestOf(report)),
            ("verdict", VerdictOf(report)),
            ("model_error", Object(("share", report.ModelError.Share), ("source", report.ModelError.Words))),
            ("history", report.History?.Sentences ?? []),
            ("policies", report.Run.Policies.Select(p => PolicyOf(report, p))),
            ("trust", report.Trust.Append(TrustRow.Sum(report.Trust)).Select(r => Object(("gap", r.Gap), ("count", r.Count), ("points", r.Points), ("change", r.Change)))),
            ("cannot_say", Limits.Of(report)),
            ("calibration", report.Run.Calibration.Captures.Select(CalibrationOf)),
            ("figures", figures.Select(f => Object(("id", f.Id), ("title", f.Title), ("drawn", f.Plan.Missing is null), ("why", f.Plan.Missing)))),
            ("reproduce", Words.Reproduce(report.Run.Job)));
        return JsonSerializer.Serialize(root, Options) + "\n";
    }

    private static SortedDictionary<string, object?>? GuestOf(ReportModel report)
    {
        static SortedDictionary<string, object?> Amount(GuestAmount pages) => Object(
            ("expected", pages.Expected), ("proven_bounds", Pair((pages.Low, pages.High))), ("range_over_schedules", Pair((pages.Least, pages.Most))));
        return report.Run.Facts.GuestWorkingSet is { } guest && !report.Run.Head.FromTruth
            ? Object(("age_ns", guest.AgeNs), ("instants", guest.Instants), ("used_pages", Amount(guest.UsedPages)), ("cold_pages", Amount(guest.ColdPages)))
            : null;
    }

    private static SortedDictionary<string, object?> VerdictOf(ReportModel report) => Object(
        ("status", report.Verdict.StatusWords),
        ("sentence", report.Verdict.Text),
        ("why", report.Verdict.Why),
        ("candidate", report.Pair?.Candidate.Name),
        ("baseline", report.Pair?.Baseline.Name),
        ("metric", report.Pair?.Metric),
        ("effect", report.Run.Head.TooLittleKnown is null ? report.Pair?.Effect : null),
        ("effect_interval_95", Pair(report.Pair?.Interval)),
        ("effect_range_over_schedules", report.Run.Head.TooLittleKnown is null ? Pair(report.Pair?.Range) : null),
        ("schedules_agreeing", report.Run.Head.TooLittleKnown is null ? report.Pair?.Agreeing : null),
        ("cost_ratio", report.Pair?.CostRatio),
        ("cost_ratio_interval_95", Pair(report.Pair?.CostInterval)));

    private static SortedDictionary<string, object?> PolicyOf(ReportModel report, PolicyReplay policy)
    {
        SortedDictionary<string, object?> metrics = new(StringComparer.Ordinal);
        foreach (string metric in ReportCatalog.Metrics.Names)
        {
            Estimate estimate = report.EstimateOf(policy, metric);
            metrics[metric] = Object(
                ("value", estimate.Value.Value),
                ("why", estimate.Value.Value is null ? estimate.Value.Why : null),
                ("kind", estimate.Kind.Length == 0 ? null : estimate.Kind),
                ("proven_bounds", Pair(estimate.Bounds)),
                ("interval_95", Pair(estimate.Interval)),
                ("range_over_schedules", Pair(estimate.Range)));
        }
        return Object(("name", policy.Name), ("preset", policy.Facts.Preset), ("slot", policy.Mark.Slot), ("metrics", metrics),
            ("errors", report.Errors[policy.Name].Rows.Select(e => Object(("side", e.Side), ("cause", e.Cause), ("pages", e.Pages)))));
    }

    private static SortedDictionary<string, object?> CalibrationOf(CalibratedCapture c) => Object(
        ("name", c.Name),
        ("policy", c.Policy),
        ("accesses", c.Accesses),
        ("mode", c.Mode),
        ("precision", c.Precision),
        ("recall", c.Recall),
        ("jaccard_pooled", c.PooledJaccard),
        ("jaccard_mean", c.MeanJaccard),
        ("generation_error_mean", c.MeanGenerationError));

    private static double[]? Pair((double Low, double High)? pair) => pair is { } p ? [p.Low, p.High] : null;

    private static SortedDictionary<string, object?> Object(params ReadOnlySpan<(string Key, object? Value)> members)
    {
        SortedDictionary<string, object?> result = new(StringComparer.Ordinal);
        foreach ((string key, object? value) in members)
        {
            result.Add(key, value);
        }
        return result;
    }
}
