using SecondLook.Contracts.Events;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>What a capture says that cannot be: counted by class, with the first places, never dropped in silence.</summary>
/// <remarks>
/// A place is the number of the event in the dataset (from 0), or the row of the side table for what no event says. Slot changes are stamped by
/// the VMM's own clock reading, so they are given 50 ms of slack.
/// </remarks>
public sealed class ContradictoryInput
{
    /// <summary>A guest page was mapped, or touched by the guest, where no memslot is.</summary>
    public const string TouchOutsideSlots = "touch_outside_memslots";

    /// <summary>A scheduled access falls where its memslot is not there, by the stamps of the slot's changes alone; the replay gives it no KVM entry.</summary>
    public const string ScheduledOutsideSlots = "scheduled_touch_outside_memslots";

    /// <summary>An unmap of a host range that belongs to no memslot, now or ever. The VMM's own memory does that too.</summary>
    public const string UnmapOutsideSlots = "unmap_outside_memslots";

    /// <summary>Two memslots of one address space claim a frame at one time.</summary>
    public const string SlotOverlap = "memslot_overlap";

    /// <summary>An entry's level does not exist, or its frame is not aligned to it, or the leaf reaches beyond its slot.</summary>
    public const string LevelMisfit = "level_does_not_fit";

    private const long SlackNs = 50_000_000;
    private const int Examples = 3;
    private const int HighestLevel = 5;
    private readonly MemslotTimeline _slots;
    private readonly SortedDictionary<string, Class> _classes = new(StringComparer.Ordinal);

    /// <summary>Begins with what the memslots alone contradict.</summary>
    public ContradictoryInput(MemslotTimeline slots)
    {
        _slots = slots;
        for (int i = 0; i < slots.Spans.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (slots.Spans[i].Overlaps(slots.Spans[j]))
                {
                    Count(SlotOverlap, i, slots.Spans[i].FromNs == long.MinValue ? 0 : slots.Spans[i].FromNs);
                }
            }
        }
    }

    /// <summary>Classes that occurred, by name: how often, and the first places with their times.</summary>
    public IReadOnlyDictionary<string, Class> Classes => _classes;

    /// <summary>Looks at one event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="ordinal">Its number in the dataset.</param>
    /// <param name="tsNs">Its time, ns.</param>
    public void See(in TraceEvent e, long ordinal, long tsNs)
    {
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange:
            case TraceEventKind.SpteSet:
                Entry(e, e.NewSpte, ordinal, tsNs);
                break;
            case TraceEventKind.Invalidate when _slots.Spans.Count > 0 && !_slots.TouchesHva(e.Start, Math.Max(e.End, e.Start + 1)):
                Count(UnmapOutsideSlots, ordinal, tsNs);
                break;
        }
    }

    /// <summary>Looks at one access that the guest recorded itself.</summary>
    /// <param name="vm">Index of the VM, -1 for any.</param>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="row">Row of the truth table.</param>
    /// <param name="tsNs">Its time, ns.</param>
    public void SeeTruth(int vm, ulong gfn, long row, long tsNs)
    {
        if (_slots.Spans.Count > 0 && _slots.OfGfn(vm, 0, gfn, tsNs, SlackNs) < 0)
        {
            Count(TouchOutsideSlots, row, tsNs);
        }
    }

    /// <summary>Looks at a schedule as the replay will play it.</summary>
    /// <param name="schedule">Accesses.</param>
    /// <param name="pages">Pages of the capture.</param>
    public void SeeSchedule(AccessSchedule schedule, GuestPages pages)
    {
        if (_slots.Changes.Count == 0)
        {
            return;
        }
        foreach (ref readonly ScheduledAccess access in schedule.Accesses)
        {
            int vm = pages.VmOf(pages.SlotOf(access.Page).Vm);
            if (!access.Host && _slots.OfGfn(vm, 0, pages.GfnOf(access.Page), access.TsNs, 0) < 0)
            {
                Count(ScheduledOutsideSlots, access.Seq, access.TsNs);
            }
        }
    }

    private void Entry(in TraceEvent e, ulong spte, long ordinal, long tsNs)
    {
        bool leaf = e.Level is >= 1 and <= HighestLevel && RecordedSpte.IsLeaf(spte, e.Level);
        ulong pages = e.Level is >= 1 and <= HighestLevel ? 1UL << (9 * (e.Level - 1)) : 0;
        if (pages == 0 || (leaf && (e.Gfn & (pages - 1)) != 0))
        {
            Count(LevelMisfit, ordinal, tsNs);
            return;
        }
        if (!leaf || _slots.Spans.Count == 0)
        {
            return;
        }
        int vm = e.Has(EventColumn.Vm) ? e.Vm : -1;
        int slot = _slots.OfGfn(vm, e.AsId, e.Gfn, tsNs, SlackNs);
        if (slot < 0)
        {
            Count(TouchOutsideSlots, ordinal, tsNs);
        }
        else if (e.Gfn + pages > _slots.Spans[slot].EndGfn)
        {
            Count(LevelMisfit, ordinal, tsNs);
        }
    }

    private void Count(string name, long place, long tsNs)
    {
        if (!_classes.TryGetValue(name, out Class? one))
        {
            one = new Class();
            _classes.Add(name, one);
        }
        one.Count++;
        if (one.First.Count < Examples)
        {
            one.First.Add((place, tsNs));
        }
    }

    /// <summary>One class of contradictions.</summary>
    public sealed class Class
    {
        /// <summary>How often.</summary>
        public long Count { get; internal set; }

        /// <summary>Event or row number, and time in ns, of the first ones.</summary>
        public List<(long Place, long TsNs)> First { get; } = [];
    }
}
