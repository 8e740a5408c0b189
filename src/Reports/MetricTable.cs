using SecondLook.Contracts.Catalogs;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports;

/// <summary>One number of one policy.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Schedule">Schedule id.</param>
/// <param name="Capacity">Pages; null under as-recorded.</param>
/// <param name="Metric">Catalogue name.</param>
/// <param name="Unit">Unit.</param>
/// <param name="Better">Which way is better.</param>
/// <param name="CanBeExact">Whether the metric can be exact at the harvest grain.</param>
/// <param name="Value">The number or the reason.</param>
/// <param name="Exact">Whether its schedule is the record at the harvest grain, with all outcomes known.</param>
/// <param name="Bounds">Proven bounds for the decisions taken; null off the head schedule and where nothing is proved.</param>
public sealed record MetricRow(
    string Policy, int Schedule, long? Capacity, string Metric, string Unit, MetricDirection Better, bool CanBeExact, MetricValue Value, bool Exact, (double Low, double High)? Bounds);

/// <summary>All metrics of all policies on all schedules and capacities.</summary>
public sealed class MetricTable
{
    private readonly Dictionary<(string Policy, string Metric, int Schedule, long Capacity), MetricRow> _byKey = [];
    private readonly Dictionary<(string Policy, string Metric, long Capacity), List<MetricRow>> _byPolicy = [];

    private MetricTable(IReadOnlyList<MetricRow> rows)
    {
        Rows = rows;
        foreach (MetricRow row in rows)
        {
            _byKey.Add((row.Policy, row.Metric, row.Schedule, row.Capacity ?? -1), row);
            if (!_byPolicy.TryGetValue((row.Policy, row.Metric, row.Capacity ?? -1), out List<MetricRow>? list))
            {
                list = [];
                _byPolicy.Add((row.Policy, row.Metric, row.Capacity ?? -1), list);
            }
            list.Add(row);
        }
    }

    /// <summary>Rows by policy (slot order), schedule, capacity, metric name.</summary>
    public IReadOnlyList<MetricRow> Rows { get; }

    /// <summary>
    /// What kind of answer a row is (product.md 5.2): exact where every touch stands at the harvest that reveals it, all outcomes are known and the
    /// demand decides at harvests; a bound where the trace proves limits; else one point of the range over schedules.
    /// </summary>
    public static string KindOf(MetricRow row) =>
        row.CanBeExact && row.Capacity is null && row.Exact ? "exact_at_harvest_grain"
            : row.Bounds is not null ? "bound"
            : "range_over_schedules";

    /// <summary>Computes every metric of the catalogue; tables with a row per page are let go after each policy.</summary>
    public static MetricTable Compute(RunTables run, CancellationToken cancel)
    {
        Catalog<IMetric> catalog = ReportCatalog.Metrics;
        List<(string Name, IMetric Metric)> metrics = [.. catalog.Names.Select(n => (n, catalog.Create(n)))];
        List<MetricRow> rows = [];
        foreach (PolicyReplay policy in run.Policies)
        {
            foreach ((int schedule, long? capacity) in policy.Totals.Keys)
            {
                cancel.ThrowIfCancellationRequested();
                Slice slice = new(run, policy, schedule, capacity);
                ScheduleFacts? facts = run.Schedules.FirstOrDefault(s => s.Id == schedule);
                string? hidden = facts?.TooLittleKnown;
                bool head = schedule == run.Head.Id && capacity == run.HeadCapacity;
                foreach ((string name, IMetric metric) in metrics)
                {
                    MetricValue value = hidden is not null && metric.NeedsOutcomes ? MetricValue.NotAvailable(hidden) : metric.Compute(slice);
                    rows.Add(new MetricRow(policy.Name, schedule, capacity, name, metric.Unit, metric.Better, metric.ExactAtHarvests, value,
                        facts is { IsHarvestGrain: true }, head ? metric.Bounds(slice) : null));
                }
            }
            policy.Release();
        }
        return new MetricTable(rows);
    }

    /// <summary>A number of a policy; not available when the slice was not replayed.</summary>
    public MetricValue Value(string policy, string metric, int schedule, long? capacity) =>
        _byKey.TryGetValue((policy, metric, schedule, capacity ?? -1), out MetricRow? row)
            ? row.Value
            : MetricValue.NotAvailable("not replayed on this schedule");

    /// <summary>A row of the table, or null.</summary>
    public MetricRow? Row(string policy, string metric, int schedule, long? capacity) => _byKey.GetValueOrDefault((policy, metric, schedule, capacity ?? -1));

    /// <summary>Smallest and largest value over all schedules that have one; null without any.</summary>
    public (double Low, double High)? Range(string policy, string metric, long? capacity)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (MetricRow row in _byPolicy.GetValueOrDefault((policy, metric, capacity ?? -1), []))
        {
            if (row.Value.Value is { } value)
            {
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        }
        return low <= high ? (low, high) : null;
    }
}
