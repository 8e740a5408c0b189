using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>
/// Finds out which vCPU thread belongs to which VM when several VMs share a trace: SPTE events name no VM and VMs use equal guest frames.
/// A call on an hva names the VM; the entry it clears or removes holds a host frame; the thread that mapped this frame is of that VM.
/// </summary>
/// <remarks>Source: inference.md 7, pitfall 2. Needs a pass of its own over the trace, before the one that writes.</remarks>
internal sealed class VmScout(IngestState state) : IEventSink
{
    private readonly Dictionary<(ulong Gfn, ulong Pfn), int> _mappers = [];
    private readonly Dictionary<int, int> _lastCallVm = [];
    private readonly SortedDictionary<int, long[]> _votes = [];

    /// <inheritdoc/>
    public void Accept(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        foreach (int slot in slots)
        {
            Accept(ref events[slot]);
        }
    }

    private void Accept(ref TraceEvent e)
    {
        if (!e.Has(EventColumn.Tid))
        {
            return;
        }
        switch (e.Kind)
        {
            case TraceEventKind.Age or TraceEventKind.Invalidate:
                _lastCallVm[e.Tid] = e.Has(EventColumn.Vm) ? e.Vm : -1;
                break;
            case TraceEventKind.SpteChange:
                Change(ref e);
                break;
        }
    }

    /// <summary>Tells a state which threads are of which VM.</summary>
    public void Teach(IngestState other)
    {
        foreach ((int tid, long[] votes) in _votes)
        {
            int best = Array.IndexOf(votes, Max(votes));
            other.Tasks.Of(tid).Vm = best;
        }
    }

    private void Change(ref TraceEvent e)
    {
        if (SpteLayout.IsPresent(e.OldSpte) && SpteLayout.IsLeaf(e.OldSpte, e.Level)
            && e.Op is TraceEventOp.YoungCleared or TraceEventOp.Freeze or TraceEventOp.Zap
            && _lastCallVm.TryGetValue(e.Tid, out int vm) && vm >= 0
            && _mappers.TryGetValue((e.Gfn, SpteLayout.PfnOf(e.OldSpte)), out int mapper))
        {
            if (!_votes.TryGetValue(mapper, out long[]? votes))
            {
                votes = new long[state.Memslots.VmCount];
                _votes.Add(mapper, votes);
            }
            votes[vm]++;
        }
        if (e.Op == TraceEventOp.Map && SpteLayout.IsLeaf(e.NewSpte, e.Level))
        {
            _mappers[(e.Gfn, SpteLayout.PfnOf(e.NewSpte))] = e.Tid;
        }
    }

    private static long Max(long[] values)
    {
        long max = 0;
        foreach (long value in values)
        {
            max = Math.Max(max, value);
        }
        return max;
    }
}
