using SecondLook.Contracts.Events;
using SecondLook.Ingest.Capture;

namespace SecondLook.Ingest.Meaning;

/// <summary>Feeds the memslot lines of a trace (kmr1.bt) to the join where no table was given, each from its own time on.</summary>
/// <remarks>
/// A line ends the slot of its number and begins another, unless it deletes; only flags change where place and length stay. KVM never has two
/// slots over one frame: where a new one covers an older, the line that deleted the older was lost, which is told as a problem.
/// </remarks>
/// <param name="state">Takes the slots.</param>
internal sealed class MemslotLines(IngestState state)
{
    /// <summary>Takes an event of kind memslot.</summary>
    /// <param name="e">The event.</param>
    /// <param name="task">Task that set the slot: one of the VMM.</param>
    public void Take(ref TraceEvent e, TaskRecord? task)
    {
        if (state.Memslots.IsGiven || !e.Has(EventColumn.Vm) || !e.Has(EventColumn.Slot)
            || e.Op is not (TraceEventOp.Create or TraceEventOp.Move or TraceEventOp.Delete or TraceEventOp.Other))
        {
            return;
        }
        if (task is { Tgid: >= 0 })
        {
            state.Vms.SeeOwner(task.Tgid, e.Vm);
        }
        long? now = e.Has(EventColumn.TsNs) ? e.TsNs : null;
        ulong pages = unchecked((ulong)e.Npages);
        if (e.Op == TraceEventOp.Delete || pages == 0)
        {
            state.Memslots.End(e.Vm, e.AsId, e.Slot, now);
            return;
        }
        if (!MemslotFile.Sane(e.Gfn, pages, e.Start))
        {
            Tell(ref e, "malformed_row", "its place or length cannot be");
            return;
        }
        MemslotSpan slot = new(e.Vm, e.AsId, e.Slot, e.Gfn, pages, e.Start, unchecked((int)e.N0), null, now, null)
        {
            Mm = e.Has(EventColumn.Mm) ? e.Mm : 0,
        };
        if (state.Memslots.FindOpen(e.Vm, e.AsId, e.Slot) is { } same && same.Gfn == slot.Gfn && same.Npages == slot.Npages && same.Hva == slot.Hva)
        {
            return;
        }
        state.Memslots.End(e.Vm, e.AsId, e.Slot, now);
        while (state.Memslots.FindOver(slot) is { } older)
        {
            Tell(ref e, "memslot_overlap", $"it covers frames of slot {older.Slot}, whose deletion is missing");
            state.Memslots.End(older.Vm, older.AsId, older.Slot, now);
        }
        state.Memslots.Begin(slot);
    }

    private void Tell(ref TraceEvent e, string reason, string text) =>
        state.SideProblems.Add((state.Inputs[e.FileNo].Name, (int)Math.Min(e.Line, int.MaxValue), reason, $"memslot {e.Slot}: {text}"));
}
