using SecondLook.Contracts.Tables;
using SecondLook.Parquet;
using SecondLook.Replay.Bounds;

namespace SecondLook.Replay;

/// <summary>Writes the replay tables of one policy: all its runs, in order of schedule and capacity.</summary>
/// <param name="folder">Folder of the policy, existing.</param>
/// <param name="headCapacity">Capacity that heads the report, pages; null under as-recorded.</param>
/// <param name="codec">Compression.</param>
public sealed class ReplayTableWriter(string folder, long? headCapacity, ParquetCodec codec)
{
    /// <summary>Writes all tables.</summary>
    public void Write(ReplayRecord[] records)
    {
        WriteEvictions(records);
        WriteRefaults(records);
        WritePasses(records);
        WriteAgingPasses(records);
        WriteGenerations(records);
        WriteNotifierCalls(records);
        WriteCosts(records);
        WriteTotals(records);
        WriteErrorCauses(records);
        WriteDemandErrors(records);
        WriteVmTotals(records);
    }

    private void WriteEvictions(ReplayRecord[] records)
    {
        TableBuilder table = new(EvictionsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            for (int i = 0; i < record.Evictions.Count; i++)
            {
                EvictionRow e = record.Evictions[i];
                int row = table.AddRow();
                SetRun(table, row, record, EvictionsTable.Schedule, EvictionsTable.Capacity);
                table[EvictionsTable.Pass].Set(row, e.Pass);
                table[EvictionsTable.TsNs].Set(row, e.TsNs);
                table[EvictionsTable.Page].Set(row, e.Page);
                if (e.GenerationAge >= 0)
                {
                    table[EvictionsTable.GenerationAge].Set(row, e.GenerationAge);
                }
                if (e.LastTouchNs != long.MinValue)
                {
                    table[EvictionsTable.LastTouchNs].Set(row, e.LastTouchNs);
                }
                if (e.NextTouchNs != long.MaxValue)
                {
                    table[EvictionsTable.NextTouchNs].Set(row, e.NextTouchNs);
                }
                table[EvictionsTable.Outcome].Set(row, e.Outcome switch
                {
                    EvictionOutcome.Right => "right",
                    EvictionOutcome.FalseCold => "false_cold",
                    _ => "censored",
                });
                string cause = i < record.EvictionCauses.Length ? record.EvictionCauses[i] : "";
                if (cause.Length > 0)
                {
                    table[EvictionsTable.Cause].Set(row, cause);
                }
                if (e.Again != Certainty.None)
                {
                    table[EvictionsTable.Again].Set(row, NameOf(e.Again));
                    table[EvictionsTable.Within].Set(row, NameOf(e.Within));
                }
            }
        }
        Save("evictions", table);
    }

    private void WriteRefaults(ReplayRecord[] records)
    {
        TableBuilder table = new(RefaultsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach (RefaultRow r in record.Refaults)
            {
                int row = table.AddRow();
                SetRun(table, row, record, RefaultsTable.Schedule, RefaultsTable.Capacity);
                table[RefaultsTable.TsNs].Set(row, r.TsNs);
                table[RefaultsTable.Page].Set(row, r.Page);
                table[RefaultsTable.EvictedNs].Set(row, r.EvictedNs);
            }
        }
        Save("refaults", table);
    }

    private void WritePasses(ReplayRecord[] records)
    {
        TableBuilder table = new(ReclaimPassesTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach (ReclaimPassRow p in record.Passes)
            {
                int row = table.AddRow();
                SetRun(table, row, record, ReclaimPassesTable.Schedule, ReclaimPassesTable.Capacity);
                table[ReclaimPassesTable.Pass].Set(row, p.Pass);
                table[ReclaimPassesTable.TsNs].Set(row, p.TsNs);
                table[ReclaimPassesTable.Action].Set(row, p.Action);
                table[ReclaimPassesTable.Wanted].Set(row, p.Wanted);
                table[ReclaimPassesTable.Evicted].Set(row, p.Evicted);
                table[ReclaimPassesTable.FalseCold].Set(row, p.FalseCold);
                table[ReclaimPassesTable.Censored].Set(row, p.Censored);
                table[ReclaimPassesTable.Resident].Set(row, p.Resident);
                table[ReclaimPassesTable.FalseHot].Set(row, p.FalseHot);
                table[ReclaimPassesTable.BelievedCold].Set(row, p.BelievedCold);
                table[ReclaimPassesTable.TrulyCold].Set(row, p.TrulyCold);
                if (p.Bounds is PassBounds bounds)
                {
                    table[ReclaimPassesTable.FalseHotLow].Set(row, bounds.FalseHotLow);
                    table[ReclaimPassesTable.FalseHotHigh].Set(row, bounds.FalseHotHigh);
                    table[ReclaimPassesTable.TrulyColdLow].Set(row, bounds.TrulyColdLow);
                    table[ReclaimPassesTable.TrulyColdHigh].Set(row, bounds.TrulyColdHigh);
                }
            }
        }
        Save("reclaim_passes", table);
    }

    private void WriteAgingPasses(ReplayRecord[] records)
    {
        TableBuilder table = new(AgingPassesTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach (AgingPassRow p in record.AgingPasses)
            {
                int row = table.AddRow();
                SetRun(table, row, record, AgingPassesTable.Schedule, AgingPassesTable.Capacity);
                table[AgingPassesTable.Pass].Set(row, p.Pass);
                table[AgingPassesTable.TsNs].Set(row, p.TsNs);
                table[AgingPassesTable.Trigger].Set(row, p.Trigger);
                table[AgingPassesTable.MaxSeq].Set(row, p.MaxSeq);
                table[AgingPassesTable.PagesAsked].Set(row, p.PagesAsked);
                table[AgingPassesTable.PagesYoung].Set(row, p.PagesYoung);
                table[AgingPassesTable.YoungPrimary].Set(row, p.YoungPrimary);
                table[AgingPassesTable.YoungSecondary].Set(row, p.YoungSecondary);
                table[AgingPassesTable.MissedYoung].Set(row, p.MissedYoung);
                table[AgingPassesTable.Promoted].Set(row, p.Promoted);
                table[AgingPassesTable.PtesVisited].Set(row, p.PtesVisited);
                table[AgingPassesTable.SptesVisited].Set(row, p.SptesVisited);
                table[AgingPassesTable.NotifierCalls].Set(row, p.NotifierCalls);
                table[AgingPassesTable.Flushes].Set(row, p.Flushes);
            }
        }
        Save("aging_passes", table);
    }

    private void WriteGenerations(ReplayRecord[] records)
    {
        TableBuilder table = new(GenerationsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            // Without a capacity column the table holds the capacity that heads the report.
            if (record.Capacity != headCapacity)
            {
                continue;
            }
            foreach (GenerationRow g in record.Generations)
            {
                int row = table.AddRow();
                table[GenerationsTable.Schedule].Set(row, record.Schedule);
                table[GenerationsTable.TsNs].Set(row, g.TsNs);
                table[GenerationsTable.Label].Set(row, g.Label);
                table[GenerationsTable.MaxSeq].Set(row, g.MaxSeq);
                table[GenerationsTable.Seq].Set(row, g.Seq);
                table[GenerationsTable.BirthNs].Set(row, g.BirthNs);
                table[GenerationsTable.AnonPages].Set(row, g.Pages);
                table[GenerationsTable.HotPages].Set(row, g.HotPages);
            }
        }
        Save("generations", table);
    }

    private void WriteNotifierCalls(ReplayRecord[] records)
    {
        TableBuilder table = new(NotifierCallsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach (NotifierCallRow c in record.NotifierCalls)
            {
                int row = table.AddRow();
                table[NotifierCallsTable.Schedule].Set(row, record.Schedule);
                table[NotifierCallsTable.TsNs].Set(row, c.TsNs);
                table[NotifierCallsTable.Hook].Set(row, c.Hook);
                table[NotifierCallsTable.Caller].Set(row, c.Caller);
                table[NotifierCallsTable.Start].Set(row, unchecked((long)c.Start));
                table[NotifierCallsTable.End].Set(row, unchecked((long)c.End));
                table[NotifierCallsTable.Young].Set(row, c.Young);
                table[NotifierCallsTable.SptesVisited].Set(row, c.SptesVisited);
            }
        }
        Save("notifier_calls", table);
    }

    private void WriteCosts(ReplayRecord[] records)
    {
        TableBuilder table = new(CostsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach (CostRow c in record.Costs)
            {
                int row = table.AddRow();
                SetRun(table, row, record, CostsTable.Schedule, CostsTable.Capacity);
                table[CostsTable.Hook].Set(row, c.Hook);
                table[CostsTable.Lock].Set(row, c.Lock);
                table[CostsTable.Calls].Set(row, c.Calls);
                table[CostsTable.EntriesVisited].Set(row, c.EntriesVisited);
                table[CostsTable.BitsCleared].Set(row, c.BitsCleared);
                table[CostsTable.Flushes].Set(row, c.Flushes);
                table[CostsTable.Ipis].Set(row, c.Ipis);
            }
        }
        Save("costs", table);
    }

    private void WriteTotals(ReplayRecord[] records)
    {
        TableBuilder table = new(TotalsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            int row = table.AddRow();
            SetRun(table, row, record, TotalsTable.Schedule, TotalsTable.Capacity);
            table[TotalsTable.Requests].Set(row, record.Requests);
            table[TotalsTable.Misses].Set(row, record.Misses);
            table[TotalsTable.FirstTouches].Set(row, record.FirstTouches);
            table[TotalsTable.Refaults].Set(row, record.Refaults.Count);
            table[TotalsTable.Evictions].Set(row, record.Evictions.Count);
            table[TotalsTable.PeakResident].Set(row, record.PeakResident);
            table[TotalsTable.ResidentPageNs].Set(row, record.ResidentPageNs);
        }
        Save("totals", table);
    }

    private void WriteErrorCauses(ReplayRecord[] records)
    {
        TableBuilder table = new(ErrorCausesTable.Schema);
        foreach (ReplayRecord record in records)
        {
            if (record.ErrorCauses is null)
            {
                continue;
            }
            foreach (ErrorCauseRow c in record.ErrorCauses)
            {
                int row = table.AddRow();
                table[ErrorCausesTable.Pass].Set(row, c.Pass);
                table[ErrorCausesTable.Side].Set(row, c.Side);
                table[ErrorCausesTable.Cause].Set(row, c.Cause);
                table[ErrorCausesTable.Pages].Set(row, c.Pages);
            }
        }
        Save("error_causes", table);
    }

    private void WriteDemandErrors(ReplayRecord[] records)
    {
        TableBuilder table = new(DemandErrorsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach ((string key, DemandShortfall all) in record.DemandErrors.Rows)
            {
                int row = table.AddRow();
                int slash = key.IndexOf('/', StringComparison.Ordinal);
                SetRun(table, row, record, DemandErrorsTable.Schedule, DemandErrorsTable.Capacity);
                table[DemandErrorsTable.Action].Set(row, key[..slash]);
                table[DemandErrorsTable.Error].Set(row, key[(slash + 1)..]);
                table[DemandErrorsTable.Count].Set(row, all.Count);
                table[DemandErrorsTable.FirstNs].Set(row, all.FirstNs);
                table[DemandErrorsTable.Wanted].Set(row, all.Wanted);
                table[DemandErrorsTable.Got].Set(row, all.Got);
            }
        }
        Save("demand_errors", table);
    }

    private void WriteVmTotals(ReplayRecord[] records)
    {
        TableBuilder table = new(VmTotalsTable.Schema);
        foreach (ReplayRecord record in records)
        {
            foreach (VmTotals vm in record.Vms)
            {
                int row = table.AddRow();
                SetRun(table, row, record, VmTotalsTable.Schedule, VmTotalsTable.Capacity);
                table[VmTotalsTable.Vm].Set(row, vm.Vm);
                table[VmTotalsTable.Memcg].Set(row, vm.Memcg);
                table[VmTotalsTable.HostOnly].Set(row, vm.HostOnly);
                table[VmTotalsTable.Footprint].Set(row, vm.Footprint);
                table[VmTotalsTable.Requests].Set(row, vm.Requests);
                table[VmTotalsTable.Evictions].Set(row, vm.Evictions);
                table[VmTotalsTable.FalseCold].Set(row, vm.FalseCold);
                table[VmTotalsTable.Refaults].Set(row, vm.Refaults);
            }
        }
        Save("vm_totals", table);
    }

    private static string NameOf(Certainty certainty) => certainty switch
    {
        Certainty.Yes => "yes",
        Certainty.No => "no",
        _ => "open",
    };

    private static void SetRun(TableBuilder table, int row, ReplayRecord record, Column<int> schedule, Column<long> capacity)
    {
        table[schedule].Set(row, record.Schedule);
        if (record.Capacity is long pages)
        {
            table[capacity].Set(row, pages);
        }
    }

    private void Save(string name, TableBuilder table) => ParquetTables.Write(Path.Combine(folder, name + ".parquet"), table, codec);
}
