using System.Text.Json;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Tests.Metrics;

/// <summary>A run small enough to do by hand: 256 MiB resident on average over 100 s, four pages evicted by one policy, references beside it.</summary>
public sealed class HandWorkedRun : IDisposable
{
    private readonly RunFolder _folder = new(Path.Combine(Path.GetTempPath(), $"secondlook-hand-{Environment.ProcessId}-{Guid32()}"));
    private static int _count;

    /// <summary>Writes the tables.</summary>
    /// <param name="empty">Only totals without any event.</param>
    public HandWorkedRun(bool empty)
    {
        string[] policies = ["p", "lru", "opt"];
        TableBuilder schedules = new(SchedulesTable.Schema);
        int row = schedules.AddRow();
        schedules[SchedulesTable.Schedule].Set(row, 0);
        schedules[SchedulesTable.Name].Set(row, "truth");
        schedules[SchedulesTable.Accesses].Set(row, "truth");
        schedules[SchedulesTable.Touches].Set(row, 2000);
        ParquetTables.Write(Path.Combine(_folder.Schedule, "schedules.parquet"), schedules, ParquetCodec.None);
        // Refaults: the policy 2 of 4, LRU 3 of 4, OPT 1 of 4. Misses: first touches 10, then refaults.
        WriteTotals("p", empty ? 0 : 2, empty);
        WriteTotals("lru", empty ? 0 : 3, empty);
        WriteTotals("opt", empty ? 0 : 1, empty);
        if (!empty)
        {
            WritePolicy();
        }
        AtomicFile.WriteText(Path.Combine(_folder.Replay, "replay.json"), JsonSerializer.Serialize(new
        {
            schema = "replay/1.0",
            demand = "as-recorded",
            horizon_ns = 20_000_000_000,
            cold_age_ns = 20_000_000_000,
            median_gap_ns = 10_000_000_000,
            answer_gap_ns = 10_000_000_000,
            begin_ns = 0,
            end_ns = 100_000_000_000,
            policies = policies.Select(p => new { name = p, preset = p == "p" ? "mainline_6_12" : p, reference = p != "p" }),
        }));
        Job job = new()
        {
            Name = "hand",
            Trace = new TraceSection { Inputs = ["hand"] },
            Policies = [.. policies.Select(p => new PolicySpec(p, p == "p" ? "mainline_6_12" : p, new SortedDictionary<string, string>(StringComparer.Ordinal)))],
        };
        Run = RunTables.Read(job, _folder);
    }

    public RunTables Run { get; }

    public MetricValue Compute(string metric, string policy = "p") => ReportCatalog.Metrics.Create(metric).Compute(new Slice(Run, Run.Policy(policy)!, 0, null));

    public void Dispose() => Directory.Delete(_folder.Root, recursive: true);

    private static int Guid32() => Interlocked.Increment(ref _count);

    private void WriteTotals(string policy, int refaults, bool empty)
    {
        TableBuilder totals = new(TotalsTable.Schema);
        int r = totals.AddRow();
        totals[TotalsTable.Schedule].Set(r, 0);
        totals[TotalsTable.Requests].Set(r, empty ? 0 : 2000);
        totals[TotalsTable.Misses].Set(r, empty ? 0 : 10 + refaults);
        totals[TotalsTable.FirstTouches].Set(r, empty ? 0 : 10);
        totals[TotalsTable.Refaults].Set(r, refaults);
        totals[TotalsTable.Evictions].Set(r, empty ? 0 : 4);
        totals[TotalsTable.PeakResident].Set(r, empty ? 0 : 70_000);
        totals[TotalsTable.ResidentPageNs].Set(r, empty ? 0 : 65_536 * 100e9);
        ParquetTables.Write(Path.Combine(_folder.ReplayOf(policy), "totals.parquet"), totals, ParquetCodec.None);
    }

    private void WritePolicy()
    {
        TableBuilder evictions = new(EvictionsTable.Schema);
        // Evicted at 40 s with a horizon of 20 s: back after 5 s, back after 30 s, never; at 90 s never, which cannot be judged.
        foreach ((long ts, long? next, string outcome, int age) in ((long, long?, string, int)[])[(40, 45, "false_cold", 3), (40, 70, "right", 3), (40, null, "right", 2), (90, null, "censored", 2)])
        {
            int r = evictions.AddRow();
            evictions[EvictionsTable.Schedule].Set(r, 0);
            evictions[EvictionsTable.Pass].Set(r, 0);
            evictions[EvictionsTable.TsNs].Set(r, ts * 1_000_000_000);
            evictions[EvictionsTable.Page].Set(r, r);
            evictions[EvictionsTable.GenerationAge].Set(r, age);
            evictions[EvictionsTable.Outcome].Set(r, outcome);
            if (next is { } n)
            {
                evictions[EvictionsTable.NextTouchNs].Set(r, n * 1_000_000_000);
            }
        }
        TableBuilder refaults = new(RefaultsTable.Schema);
        foreach (long ts in (long[])[45, 70])
        {
            int r = refaults.AddRow();
            refaults[RefaultsTable.Schedule].Set(r, 0);
            refaults[RefaultsTable.TsNs].Set(r, ts * 1_000_000_000);
            refaults[RefaultsTable.Page].Set(r, r);
            refaults[RefaultsTable.EvictedNs].Set(r, 40_000_000_000);
        }
        TableBuilder reclaim = new(ReclaimPassesTable.Schema);
        foreach ((long ts, int evicted, int falseCold, int censored, int resident, int falseHot, int believed, int truly) in
            ((long, int, int, int, int, int, int, int)[])[(40, 3, 1, 0, 97, 10, 30, 20), (90, 1, 0, 1, 103, 30, 50, 40)])
        {
            int r = reclaim.AddRow();
            reclaim[ReclaimPassesTable.Schedule].Set(r, 0);
            reclaim[ReclaimPassesTable.Pass].Set(r, r);
            reclaim[ReclaimPassesTable.TsNs].Set(r, ts * 1_000_000_000);
            reclaim[ReclaimPassesTable.Action].Set(r, "evict");
            reclaim[ReclaimPassesTable.Wanted].Set(r, evicted);
            reclaim[ReclaimPassesTable.Evicted].Set(r, evicted);
            reclaim[ReclaimPassesTable.FalseCold].Set(r, falseCold);
            reclaim[ReclaimPassesTable.Censored].Set(r, censored);
            reclaim[ReclaimPassesTable.Resident].Set(r, resident);
            reclaim[ReclaimPassesTable.FalseHot].Set(r, falseHot);
            reclaim[ReclaimPassesTable.BelievedCold].Set(r, believed);
            reclaim[ReclaimPassesTable.TrulyCold].Set(r, truly);
        }
        TableBuilder generations = new(GenerationsTable.Schema);
        foreach ((long ts, int seq, long birth, int pages) in ((long, int, long, int)[])[(40, 4, 0, 30), (40, 5, 15, 20), (40, 6, 25, 27), (40, 7, 38, 20), (90, 6, 45, 50), (90, 7, 65, 13), (90, 8, 71, 30), (90, 9, 85, 10)])
        {
            int r = generations.AddRow();
            generations[GenerationsTable.Schedule].Set(r, 0);
            generations[GenerationsTable.TsNs].Set(r, ts * 1_000_000_000);
            generations[GenerationsTable.Label].Set(r, "evict");
            generations[GenerationsTable.MaxSeq].Set(r, ts == 40 ? 7 : 9);
            generations[GenerationsTable.Seq].Set(r, seq);
            generations[GenerationsTable.BirthNs].Set(r, birth * 1_000_000_000);
            generations[GenerationsTable.AnonPages].Set(r, pages);
            generations[GenerationsTable.HotPages].Set(r, 0);
        }
        TableBuilder aging = new(AgingPassesTable.Schema);
        foreach ((string trigger, int asked, int young, int missed, int ptes, int sptes, int calls) in
            ((string, int, int, int, int, int, int)[])[("command", 100, 20, 5, 100, 100, 100), ("command", 100, 40, 15, 100, 60, 60), ("eviction", 4, 0, 0, 4, 4, 4)])
        {
            int r = aging.AddRow();
            aging[AgingPassesTable.Schedule].Set(r, 0);
            aging[AgingPassesTable.Pass].Set(r, r);
            aging[AgingPassesTable.TsNs].Set(r, (10 + (30 * r)) * 1_000_000_000L);
            aging[AgingPassesTable.Trigger].Set(r, trigger);
            aging[AgingPassesTable.MaxSeq].Set(r, 4 + r);
            aging[AgingPassesTable.PagesAsked].Set(r, asked);
            aging[AgingPassesTable.PagesYoung].Set(r, young);
            aging[AgingPassesTable.YoungPrimary].Set(r, 0);
            aging[AgingPassesTable.YoungSecondary].Set(r, young);
            aging[AgingPassesTable.MissedYoung].Set(r, missed);
            aging[AgingPassesTable.Promoted].Set(r, young);
            aging[AgingPassesTable.PtesVisited].Set(r, ptes);
            aging[AgingPassesTable.SptesVisited].Set(r, sptes);
            aging[AgingPassesTable.NotifierCalls].Set(r, calls);
            aging[AgingPassesTable.Flushes].Set(r, 1);
        }
        string folder = _folder.ReplayOf("p");
        foreach (TableBuilder table in (TableBuilder[])[evictions, refaults, reclaim, generations, aging])
        {
            ParquetTables.Write(Path.Combine(folder, table.Schema.Name + ".parquet"), table, ParquetCodec.None);
        }
    }
}
