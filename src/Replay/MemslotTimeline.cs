using SecondLook.Contracts.Tables;

namespace SecondLook.Replay;

/// <summary>One memslot of a capture for a span of time.</summary>
/// <param name="Vm">Name of the VM.</param>
/// <param name="VmIndex">Its index in the events' <c>vm</c> column, -1 when unknown.</param>
/// <param name="AddressSpace">KVM address space.</param>
/// <param name="Slot">Memslot id.</param>
/// <param name="Gfn">First guest frame.</param>
/// <param name="Npages">Length, pages.</param>
/// <param name="Hva">Host address of the first page, bytes.</param>
/// <param name="FromNs">When it appeared; <see cref="long.MinValue"/>: before the trace.</param>
/// <param name="ToNs">When it went; <see cref="long.MaxValue"/>: not in the trace.</param>
public readonly record struct MemslotSpan(
    string Vm, int VmIndex, int AddressSpace, int Slot, ulong Gfn, long Npages, ulong Hva, long FromNs, long ToNs)
{
    /// <summary>First frame behind the slot.</summary>
    public ulong EndGfn => Gfn + (ulong)Npages;

    /// <summary>Whether another span of the same address space claims the same frames at the same time.</summary>
    public bool Overlaps(in MemslotSpan other) =>
        AddressSpace == other.AddressSpace && string.Equals(Vm, other.Vm, StringComparison.Ordinal)
        && Gfn < other.EndGfn && other.Gfn < EndGfn && FromNs < other.ToNs && other.FromNs < ToNs;
}

/// <summary>A slot appears or goes.</summary>
/// <param name="TsNs">When.</param>
/// <param name="Created">Appears, or goes.</param>
/// <param name="Span">Index into <see cref="MemslotTimeline.Spans"/>.</param>
public readonly record struct SlotChange(long TsNs, bool Created, int Span);

/// <summary>All memslots of a capture, of data and of anything else, as they come, go and move.</summary>
public sealed class MemslotTimeline
{
    private readonly List<MemslotSpan> _spans = [];
    private readonly List<SlotChange> _changes = [];
    private int _last;

    private MemslotTimeline()
    {
    }

    /// <summary>Slots in order of the table.</summary>
    public IReadOnlyList<MemslotSpan> Spans => _spans;

    /// <summary>Changes in order of time; of one instant deletions come first, as a move deletes before it adds.</summary>
    public IReadOnlyList<SlotChange> Changes => _changes;

    /// <summary>Reads the memslots of a dataset.</summary>
    /// <param name="memslots">A table of <see cref="MemslotsTable"/>, or null.</param>
    /// <param name="vms">Names of the VMs in the order of the events' <c>vm</c> column; may be empty.</param>
    public static MemslotTimeline From(Table? memslots, IReadOnlyList<string> vms)
    {
        MemslotTimeline timeline = new();
        for (int r = 0; memslots is not null && r < memslots.RowCount; r++)
        {
            string vm = memslots[MemslotsTable.Vm][r];
            if (memslots[MemslotsTable.Npages][r] <= 0)
            {
                continue;
            }
            timeline._spans.Add(new MemslotSpan(
                vm,
                IndexOf(vms, vm),
                memslots[MemslotsTable.AsId][r],
                memslots[MemslotsTable.Slot][r],
                unchecked((ulong)memslots[MemslotsTable.Gfn][r]),
                memslots[MemslotsTable.Npages][r],
                unchecked((ulong)memslots[MemslotsTable.Hva][r]),
                memslots.IsNull(MemslotsTable.TsFromNs, r) ? long.MinValue : memslots[MemslotsTable.TsFromNs][r],
                memslots.IsNull(MemslotsTable.TsToNs, r) ? long.MaxValue : memslots[MemslotsTable.TsToNs][r]));
        }
        for (int i = 0; i < timeline._spans.Count; i++)
        {
            MemslotSpan span = timeline._spans[i];
            if (span.FromNs != long.MinValue)
            {
                timeline._changes.Add(new SlotChange(span.FromNs, true, i));
            }
            if (span.ToNs != long.MaxValue)
            {
                timeline._changes.Add(new SlotChange(span.ToNs, false, i));
            }
        }
        timeline._changes.Sort(static (a, b) =>
        {
            int order = a.TsNs.CompareTo(b.TsNs);
            order = order != 0 ? order : a.Created.CompareTo(b.Created);
            return order != 0 ? order : a.Span.CompareTo(b.Span);
        });
        return timeline;
    }

    /// <summary>The slot of a guest frame within a tolerance of time, or -1.</summary>
    /// <param name="vm">Index of the VM, -1 for any.</param>
    /// <param name="addressSpace">KVM address space.</param>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="tsNs">When.</param>
    /// <param name="slackNs">How far the stamps of slot changes may be off, ns.</param>
    public int OfGfn(int vm, int addressSpace, ulong gfn, long tsNs, long slackNs)
    {
        if (_last < _spans.Count && Holds(_spans[_last], vm, addressSpace, gfn, tsNs, slackNs))
        {
            return _last;
        }
        for (int i = 0; i < _spans.Count; i++)
        {
            if (Holds(_spans[i], vm, addressSpace, gfn, tsNs, slackNs))
            {
                return _last = i;
            }
        }
        return -1;
    }

    /// <summary>Whether a host range touches some slot, whenever it lived.</summary>
    public bool TouchesHva(ulong start, ulong end)
    {
        foreach (MemslotSpan span in _spans)
        {
            if (start < span.Hva + ((ulong)span.Npages << 12) && span.Hva < end)
            {
                return true;
            }
        }
        return false;
    }

    private static bool Holds(in MemslotSpan span, int vm, int addressSpace, ulong gfn, long tsNs, long slackNs) =>
        gfn - span.Gfn < (ulong)span.Npages && span.AddressSpace == addressSpace && (vm < 0 || span.VmIndex < 0 || span.VmIndex == vm)
        && (span.FromNs == long.MinValue || tsNs >= span.FromNs - slackNs) && (span.ToNs == long.MaxValue || tsNs <= span.ToNs + slackNs);

    private static int IndexOf(IReadOnlyList<string> vms, string vm)
    {
        for (int i = 0; i < vms.Count; i++)
        {
            if (string.Equals(vms[i], vm, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }
}
