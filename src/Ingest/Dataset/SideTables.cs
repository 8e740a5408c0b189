using SecondLook.Contracts.Tables;
using SecondLook.Ingest.Meaning;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Dataset;

/// <summary>The side tables that come out of the trace itself: memslots, tasks, gaps, quarantine. An empty one is not written, but for gaps and quarantine.</summary>
internal static class SideTables
{
    /// <summary>Writes them.</summary>
    public static void Write(string target, IngestState state, List<long> gapSeqs, ParquetCodec codec)
    {
        Memslots(target, state, codec);
        Tasks(target, state, codec);
        Gaps(target, state, gapSeqs, codec);
        Quarantine(target, state, codec);
    }

    private static void Memslots(string target, IngestState state, ParquetCodec codec)
    {
        TableBuilder table = new(MemslotsTable.Schema);
        foreach (MemslotSpan slot in state.Memslots.Slots)
        {
            int row = table.AddRow();
            table[MemslotsTable.Vm].Set(row, state.Vms.Names[slot.Vm]);
            table[MemslotsTable.AsId].Set(row, slot.AsId);
            table[MemslotsTable.Slot].Set(row, slot.Slot);
            table[MemslotsTable.Gfn].Set(row, unchecked((long)slot.Gfn));
            table[MemslotsTable.Npages].Set(row, (long)slot.Npages);
            table[MemslotsTable.Hva].Set(row, unchecked((long)slot.Hva));
            table[MemslotsTable.Flags].Set(row, slot.Flags);
            if (slot.Role is not null)
            {
                table[MemslotsTable.Role].Set(row, slot.Role);
            }
            if (slot.FromNs is { } from)
            {
                table[MemslotsTable.TsFromNs].Set(row, from);
            }
            if (slot.ToNs is { } to)
            {
                table[MemslotsTable.TsToNs].Set(row, to);
            }
        }
        if (table.RowCount > 0)
        {
            ParquetTables.Write(Path.Combine(target, "memslots.parquet"), table, codec);
        }
    }

    private static void Tasks(string target, IngestState state, ParquetCodec codec)
    {
        TableBuilder table = new(TasksTable.Schema);
        foreach (TaskRecord task in state.Tasks.Sorted())
        {
            int row = table.AddRow();
            table[TasksTable.Tid].Set(row, task.Tid);
            if (task.Tgid >= 0)
            {
                table[TasksTable.Tgid].Set(row, task.Tgid);
            }
            if (task.CommId >= 0 || task.FullName is not null)
            {
                table[TasksTable.Comm].Set(row, task.FullName ?? state.Strings[task.CommId]);
            }
            if ((task.Role ?? (task.AgingCalls > 0 ? "reclaimer" : null)) is { } role)
            {
                table[TasksTable.Role].Set(row, role);
            }
            if (task.Vcpu >= 0)
            {
                table[TasksTable.Vcpu].Set(row, task.Vcpu);
            }
            int vm = task.Vm >= 0 ? task.Vm : task.Role == "vcpu" && state.Vms.Names.Count == 1 ? 0 : -1;
            if (vm >= 0)
            {
                table[TasksTable.Vm].Set(row, state.Vms.Names[vm]);
            }
            if (task.FromNs != long.MinValue)
            {
                table[TasksTable.TsFromNs].Set(row, task.FromNs);
                table[TasksTable.TsToNs].Set(row, task.ToNs);
            }
        }
        if (table.RowCount > 0)
        {
            ParquetTables.Write(Path.Combine(target, "tasks.parquet"), table, codec);
        }
    }

    private static void Gaps(string target, IngestState state, List<long> seqs, ParquetCodec codec)
    {
        TableBuilder table = new(GapsTable.Schema);
        foreach (GapSpan gap in state.Gaps)
        {
            int row = table.AddRow();
            table[GapsTable.Seq].Set(row, seqs[row]);
            if (gap.BeginNs is { } begin)
            {
                table[GapsTable.TsBeginNs].Set(row, begin);
            }
            if (gap.EndNs is { } end)
            {
                table[GapsTable.TsEndNs].Set(row, end);
            }
            if (gap.Cpu >= 0)
            {
                table[GapsTable.Cpu].Set(row, gap.Cpu);
            }
            if (gap.Lost is { } lost)
            {
                table[GapsTable.Lost].Set(row, lost);
            }
            table[GapsTable.Cause].Set(row, gap.Cause);
        }
        ParquetTables.Write(Path.Combine(target, "gaps.parquet"), table, codec);
    }

    private static void Quarantine(string target, IngestState state, ParquetCodec codec)
    {
        TableBuilder table = new(QuarantineTable.Schema);
        foreach (QuarantineRow bad in state.Quarantine.Rows)
        {
            int row = table.AddRow();
            table[QuarantineTable.FileNo].Set(row, bad.FileNo);
            table[QuarantineTable.Line].Set(row, bad.Line);
            table[QuarantineTable.ByteOffset].Set(row, bad.ByteOffset);
            table[QuarantineTable.Reason].Set(row, bad.Reason);
            table[QuarantineTable.Text].Set(row, bad.Text);
        }
        ParquetTables.Write(Path.Combine(target, "quarantine.parquet"), table, codec);
    }
}
