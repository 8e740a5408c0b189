using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Writing;

/// <summary>One column of the table of six numbers: which metric, in which unit, with how many decimals.</summary>
/// <param name="Metric">Catalogue name.</param>
/// <param name="Head">Column head.</param>
/// <param name="Unit">Unit under the head.</param>
/// <param name="Scale">What the metric is divided by before it is printed.</param>
/// <param name="Decimals">Fixed decimals of the column.</param>
/// <param name="Brief">Name in narrow places, at most ten characters.</param>
public sealed record SixNumbers(string Metric, string Head, string Unit, double Scale, int Decimals, string Brief)
{
    /// <summary>A number of the column as printed.</summary>
    public string Print(double value) => Numbers.Fixed(value / Scale, Decimals);

    /// <summary>The six columns, scaled to what this run holds.</summary>
    public static IReadOnlyList<SixNumbers> Of(ReportModel report)
    {
        double Largest(string metric) => report.Run.Policies.Select(p => report.EstimateOf(p, metric).Value.Value ?? 0).Append(0).Max(Math.Abs);
        double refaults = Largest(report.HeadlineMetric);
        double work = Largest("aging_work");
        double cold = Largest("cold_bytes");
        double refaultScale = refaults >= 10_000 ? 1000 : 1;
        double workScale = work >= 10_000 ? 1000 : 1;
        double coldScale = cold >= Units.GiB ? Units.GiB : cold >= 1 << 20 ? 1 << 20 : 1 << 10;
        string coldUnit = coldScale == Units.GiB ? "GiB" : coldScale == 1 << 20 ? "MiB" : "KiB";
        string age = Numbers.Span(report.Run.Facts.ColdAgeNs);
        return
        [
            report.HeadlineMetric == "refaults_per_gib"
                ? new("refaults_per_gib", "Refaults per GiB evicted", refaultScale > 1 ? "k pages" : "pages", refaultScale, Places(refaults / refaultScale), "refault/GiB")
                : new("refaults_per_1000", "Refaults per 1000", "accesses", 1, Places(refaults), "refault/1k"),
            new("false_cold_percent", "False-cold", "%", 1, 1, "fcold%"),
            new("false_hot_percent", "False-hot", "%", 1, 1, "fhot%"),
            new("distance_to_opt", "Distance to OPT", "OPT 0, LRU 1", 1, 2, "toOPT"),
            new("cold_bytes", $"Cold at {age}", coldUnit, coldScale, Places(cold / coldScale), "cold" + coldUnit),
            new("aging_work", "Aging work", workScale > 1 ? "k entries/GiB/pass" : "entries/GiB/pass", workScale, Places(work / workScale), workScale > 1 ? "kentry" : "entry"),
        ];
    }

    /// <summary>A cell: the number, or n/a.</summary>
    public string Cell(Estimate estimate) => estimate.Value.Value is { } value ? Print(value) : "n/a";

    /// <summary>Estimate of a policy in this column.</summary>
    public Estimate EstimateOf(ReportModel report, PolicyReplay policy) => report.EstimateOf(policy, Metric);

    private static int Places(double largest) => largest >= 100 ? 0 : largest >= 10 ? 1 : 2;
}
