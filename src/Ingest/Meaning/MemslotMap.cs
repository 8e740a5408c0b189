using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Meaning;

/// <summary>One memslot of one VM for a span of time.</summary>
/// <param name="Vm">Index of the VM.</param>
/// <param name="AsId">KVM address space.</param>
/// <param name="Slot">Memslot id.</param>
/// <param name="Gfn">First guest frame.</param>
/// <param name="Npages">Length, pages.</param>
/// <param name="Hva">Host address of the first frame, bytes.</param>
/// <param name="Flags">KVM_MEM_* flags.</param>
/// <param name="Role">data, control, or null.</param>
/// <param name="FromNs">When it appeared; null = before the trace.</param>
/// <param name="ToNs">When it went; null = not in the trace.</param>
public sealed record MemslotSpan(
    int Vm, int AsId, int Slot, ulong Gfn, ulong Npages, ulong Hva, int Flags, string? Role, long? FromNs, long? ToNs)
{
    /// <summary>Whether the slot exists at a time.</summary>
    public bool CoversTime(long ns) => (FromNs is null || ns >= FromNs) && (ToNs is null || ns < ToNs);

    /// <summary>Host address behind the last frame.</summary>
    public ulong HvaEnd => Hva + (Npages << 12);
}

/// <summary>Finds the memslot of a host address or guest frame at a time.</summary>
internal sealed class MemslotMap
{
    private readonly List<MemslotSpan> _byHva = [];
    private readonly List<MemslotSpan> _all = [];
    private MemslotSpan? _lastHit;

    /// <summary>All slots, in the order given.</summary>
    public IReadOnlyList<MemslotSpan> Slots => _all;

    /// <summary>All slots, for loops that run for every event.</summary>
    public ReadOnlySpan<MemslotSpan> Span => CollectionsMarshal.AsSpan(_all);

    /// <summary>Whether any slot is known.</summary>
    public bool IsEmpty => _all.Count == 0;

    /// <summary>Number of VMs that have slots.</summary>
    public int VmCount { get; private set; }

    /// <summary>Adds a slot.</summary>
    public void Add(MemslotSpan slot)
    {
        _all.Add(slot);
        int at = 0;
        while (at < _byHva.Count && _byHva[at].Hva <= slot.Hva)
        {
            at++;
        }
        _byHva.Insert(at, slot);
        VmCount = Math.Max(VmCount, slot.Vm + 1);
    }

    /// <summary>The slot that covers the whole of a host range, if exactly one does.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after; equal to <paramref name="start"/> for one address.</param>
    /// <param name="ns">Time.</param>
    /// <param name="ambiguous">Whether several slots cover it.</param>
    public MemslotSpan? FindHva(ulong start, ulong end, long ns, out bool ambiguous)
    {
        ambiguous = false;
        MemslotSpan? last = _lastHit;
        if (last is not null && start >= last.Hva && end <= last.HvaEnd && start < last.HvaEnd && last.ToNs is null && last.FromNs is null)
        {
            return last;
        }
        MemslotSpan? found = null;
        bool alone = true;
        foreach (MemslotSpan slot in _byHva)
        {
            if (slot.Hva > start)
            {
                break;
            }
            if (start >= slot.HvaEnd || end > slot.HvaEnd)
            {
                continue;
            }
            alone &= found is null;
            if (!slot.CoversTime(ns))
            {
                alone = false;
                continue;
            }
            if (found is not null && found.AsId == slot.AsId)
            {
                ambiguous = true;
                return null;
            }
            found ??= slot;
        }
        _lastHit = alone && found is { FromNs: null, ToNs: null } ? found : _lastHit is not null && !alone ? null : _lastHit;
        return found;
    }

    /// <summary>The slot of a VM that holds a guest frame at a time.</summary>
    public MemslotSpan? FindGfn(int vm, int asId, ulong gfn, long ns)
    {
        foreach (MemslotSpan slot in _all)
        {
            if (slot.Vm == vm && slot.AsId == asId && gfn - slot.Gfn < slot.Npages && slot.CoversTime(ns))
            {
                return slot;
            }
        }
        return null;
    }
}
