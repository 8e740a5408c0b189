using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Reports.Tests.Fixtures;

/// <summary>The replay tables of one policy, filled from toy replays.</summary>
public sealed class FixtureTables
{
    private readonly TableBuilder _totals = new(TotalsTable.Schema);
    private readonly TableBuilder _aging = new(AgingPassesTable.Schema);
    private readonly TableBuilder _reclaim = new(ReclaimPassesTable.Schema);
    private readonly TableBuilder _evictions = new(EvictionsTable.Schema);
    private readonly TableBuilder _refaults = new(RefaultsTable.Schema);
    private readonly TableBuilder _generations = new(GenerationsTable.Schema);
    private readonly TableBuilder _costs = new(CostsTable.Schema);

    public void Add(ToyReplay toy, int schedule, long? capacity, bool withGenerations)
    {
        int r = _totals.AddRow();
        _totals[TotalsTable.Schedule].Set(r, schedule);
        SetCapacity(_totals, TotalsTable.Capacity, r, capacity);
        _totals[TotalsTable.Requests].Set(r, toy.Touches.Count);
        _totals[TotalsTable.Misses].Set(r, toy.Misses);
        _totals[TotalsTable.FirstTouches].Set(r, toy.First);
        _totals[TotalsTable.Refaults].Set(r, toy.Refaults.Count);
        _totals[TotalsTable.Evictions].Set(r, toy.Evictions.Count);
        _totals[TotalsTable.PeakResident].Set(r, toy.Peak);
        _totals[TotalsTable.ResidentPageNs].Set(r, toy.ResidentPageNs);
        AddPasses(toy, schedule, capacity);
        AddEvictions(toy, schedule, capacity);
        foreach (ToyReplay.Reclaim p in toy.Reclaims)
        {
            r = _reclaim.AddRow();
            _reclaim[ReclaimPassesTable.Schedule].Set(r, schedule);
            SetCapacity(_reclaim, ReclaimPassesTable.Capacity, r, capacity);
            _reclaim[ReclaimPassesTable.Pass].Set(r, p.Id);
            _reclaim[ReclaimPassesTable.TsNs].Set(r, p.Ts);
            _reclaim[ReclaimPassesTable.Action].Set(r, "evict");
            _reclaim[ReclaimPassesTable.Wanted].Set(r, p.Wanted);
            _reclaim[ReclaimPassesTable.Evicted].Set(r, p.Evicted);
            _reclaim[ReclaimPassesTable.FalseCold].Set(r, p.FalseCold);
            _reclaim[ReclaimPassesTable.Censored].Set(r, p.Censored);
            _reclaim[ReclaimPassesTable.Resident].Set(r, p.Resident);
            _reclaim[ReclaimPassesTable.FalseHot].Set(r, p.FalseHot);
            _reclaim[ReclaimPassesTable.BelievedCold].Set(r, p.Believed);
            _reclaim[ReclaimPassesTable.TrulyCold].Set(r, p.Truly);
        }
        foreach (ToyReplay.Stratum s in withGenerations ? toy.Strata : [])
        {
            r = _generations.AddRow();
            _generations[GenerationsTable.Schedule].Set(r, schedule);
            _generations[GenerationsTable.TsNs].Set(r, s.Ts);
            _generations[GenerationsTable.Label].Set(r, "aging");
            _generations[GenerationsTable.MaxSeq].Set(r, s.MaxSeq);
            _generations[GenerationsTable.Seq].Set(r, s.Seq);
            _generations[GenerationsTable.BirthNs].Set(r, s.Ts);
            _generations[GenerationsTable.AnonPages].Set(r, s.Pages);
            _generations[GenerationsTable.HotPages].Set(r, s.Hot);
        }
    }

    public void Save(string folder, bool withAging)
    {
        Save(folder, _totals);
        Save(folder, _reclaim);
        Save(folder, _evictions);
        Save(folder, _refaults);
        if (withAging)
        {
            Save(folder, _aging);
            Save(folder, _generations);
            Save(folder, _costs);
        }
    }

    private static void Save(string folder, TableBuilder table) =>
        ParquetTables.Write(Path.Combine(folder, table.Schema.Name + ".parquet"), table, ParquetCodec.None);

    private static void SetCapacity(TableBuilder table, Column<long> column, int row, long? capacity)
    {
        if (capacity is { } pages)
        {
            table[column].Set(row, pages);
        }
    }

    private void AddPasses(ToyReplay toy, int schedule, long? capacity)
    {
        long calls = 0, sptes = 0, ptes = 0, cleared = 0;
        foreach (ToyReplay.Pass p in toy.Passes)
        {
            int r = _aging.AddRow();
            _aging[AgingPassesTable.Schedule].Set(r, schedule);
            SetCapacity(_aging, AgingPassesTable.Capacity, r, capacity);
            _aging[AgingPassesTable.Pass].Set(r, p.Id);
            _aging[AgingPassesTable.TsNs].Set(r, p.Ts);
            _aging[AgingPassesTable.Trigger].Set(r, p.Trigger);
            _aging[AgingPassesTable.MaxSeq].Set(r, p.MaxSeq);
            _aging[AgingPassesTable.PagesAsked].Set(r, p.Asked);
            _aging[AgingPassesTable.PagesYoung].Set(r, p.Young);
            _aging[AgingPassesTable.YoungPrimary].Set(r, p.Primary);
            _aging[AgingPassesTable.YoungSecondary].Set(r, p.Secondary);
            _aging[AgingPassesTable.MissedYoung].Set(r, p.Missed);
            _aging[AgingPassesTable.Promoted].Set(r, p.Young);
            _aging[AgingPassesTable.PtesVisited].Set(r, p.Ptes);
            _aging[AgingPassesTable.SptesVisited].Set(r, p.Sptes);
            _aging[AgingPassesTable.NotifierCalls].Set(r, p.Calls);
            _aging[AgingPassesTable.Flushes].Set(r, 0);
            calls += p.Calls;
            sptes += p.Sptes;
            ptes += p.Ptes;
            cleared += p.Secondary;
        }
        foreach ((string hook, string lockClass, long n, long entries) in ((string, string, long, long)[])[("clear_young", "rcu", calls, sptes), ("walk", "none", toy.Passes.Count, ptes), ("invalidate", "write", toy.Evictions.Count, toy.Evictions.Count)])
        {
            int r = _costs.AddRow();
            _costs[CostsTable.Schedule].Set(r, schedule);
            SetCapacity(_costs, CostsTable.Capacity, r, capacity);
            _costs[CostsTable.Hook].Set(r, hook);
            _costs[CostsTable.Lock].Set(r, lockClass);
            _costs[CostsTable.Ipis].Set(r, 0);
            _costs[CostsTable.Calls].Set(r, n);
            _costs[CostsTable.EntriesVisited].Set(r, entries);
            _costs[CostsTable.BitsCleared].Set(r, cleared);
            _costs[CostsTable.Flushes].Set(r, 0);
        }
    }

    private void AddEvictions(ToyReplay toy, int schedule, long? capacity)
    {
        foreach (ToyReplay.Eviction e in toy.Evictions)
        {
            int r = _evictions.AddRow();
            _evictions[EvictionsTable.Schedule].Set(r, schedule);
            SetCapacity(_evictions, EvictionsTable.Capacity, r, capacity);
            _evictions[EvictionsTable.Pass].Set(r, e.Pass);
            _evictions[EvictionsTable.TsNs].Set(r, e.Ts);
            _evictions[EvictionsTable.Page].Set(r, e.Page);
            _evictions[EvictionsTable.Outcome].Set(r, e.Outcome);
            if (e.Age is { } age)
            {
                _evictions[EvictionsTable.GenerationAge].Set(r, age);
            }
            if (e.Last is { } last)
            {
                _evictions[EvictionsTable.LastTouchNs].Set(r, last);
            }
            if (e.Next is { } next)
            {
                _evictions[EvictionsTable.NextTouchNs].Set(r, next);
            }
        }
        foreach ((long ts, int page, long evicted) in toy.Refaults)
        {
            int r = _refaults.AddRow();
            _refaults[RefaultsTable.Schedule].Set(r, schedule);
            SetCapacity(_refaults, RefaultsTable.Capacity, r, capacity);
            _refaults[RefaultsTable.TsNs].Set(r, ts);
            _refaults[RefaultsTable.Page].Set(r, page);
            _refaults[RefaultsTable.EvictedNs].Set(r, evicted);
        }
    }
}
