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
    /// <summary>Token of the mm that the host addresses are of; 0 when unknown.</summary>
    public ulong Mm { get; init; }

    /// <summary>Whether the slot exists at a time.</summary>
    public bool CoversTime(long ns) => (FromNs is null || ns >= FromNs) && (ToNs is null || ns < ToNs);

    /// <summary>Host address behind the last frame.</summary>
    public ulong HvaEnd => Hva + (Npages << 12);
}

/// <summary>A run of guest frames that a range of host addresses maps.</summary>
/// <param name="Gfn">First frame.</param>
/// <param name="Pages">Frames of 4 KiB.</param>
internal readonly record struct MemslotPart(ulong Gfn, long Pages);

/// <summary>Memslots of all VMs, found by host address or by guest frame.</summary>
internal sealed class MemslotMap
{
    private readonly SlotsByStart _byHva = new();
    private readonly SlotsByStart _byGfn = new();
    private readonly Dictionary<(int Vm, int AsId, int Slot), List<MemslotSpan>> _byId = [];
    private readonly List<MemslotSpan> _all = [];
    private readonly Dictionary<(int Vm, int AsId, int Slot), int> _open = [];
    private ulong _mostPages;
    private MemslotSpan? _lastHit;

    /// <summary>All slots, in the order in which they were told.</summary>
    public IReadOnlyList<MemslotSpan> Slots => _all;

    /// <summary>The same without a copy.</summary>
    public ReadOnlySpan<MemslotSpan> Span => CollectionsMarshal.AsSpan(_all);

    /// <summary>Whether no slot is known.</summary>
    public bool IsEmpty => _all.Count == 0;

    /// <summary>Whether a table told slots: lines of the trace then add nothing.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>One more than the largest VM index.</summary>
    public int VmCount { get; private set; }

    /// <summary>Adds a slot of a table.</summary>
    public void Add(MemslotSpan slot)
    {
        IsGiven = true;
        Take(slot);
    }

    /// <summary>A slot appears, told by the trace itself.</summary>
    public void Begin(MemslotSpan slot)
    {
        _open[(slot.Vm, slot.AsId, slot.Slot)] = _all.Count;
        Take(slot);
    }

    /// <summary>The slot of <see cref="Begin"/> that bears an id and has not ended, or null.</summary>
    public MemslotSpan? FindOpen(int vm, int asId, int slot) => _open.TryGetValue((vm, asId, slot), out int at) ? _all[at] : null;

    /// <summary>A slot goes that <see cref="Begin"/> added. Events come in order, so nothing looks for it any more.</summary>
    /// <param name="vm">Index of the VM.</param>
    /// <param name="asId">Address space.</param>
    /// <param name="slot">Its id.</param>
    /// <param name="ns">When; null when unknown.</param>
    public void End(int vm, int asId, int slot, long? ns)
    {
        if (_open.Remove((vm, asId, slot), out int at))
        {
            MemslotSpan ended = _all[at];
            _all[at] = ended with { ToNs = ns ?? ended.FromNs };
            _byId.Remove((vm, asId, slot));
            _byHva.Remove(ended.Hva, ended);
            _byGfn.Remove(ended.Gfn, ended);
        }
    }

    /// <summary>A slot that shares a frame with another of its VM and address space, or null.</summary>
    public MemslotSpan? FindOver(MemslotSpan other)
    {
        for (int i = _byGfn.FirstFrom(other.Gfn - Math.Min(other.Gfn, _mostPages)); i < _byGfn.Count && _byGfn[i].Gfn < other.Gfn + other.Npages; i++)
        {
            MemslotSpan slot = _byGfn[i];
            if (slot.Vm == other.Vm && slot.AsId == other.AsId && slot.Gfn + slot.Npages > other.Gfn)
            {
                return slot;
            }
        }
        return null;
    }

    private void Take(MemslotSpan slot)
    {
        _all.Add(slot);
        if (!_byId.TryGetValue((slot.Vm, slot.AsId, slot.Slot), out List<MemslotSpan>? spans))
        {
            _byId.Add((slot.Vm, slot.AsId, slot.Slot), spans = []);
        }
        spans.Add(slot);
        _byHva.Add(slot.Hva, slot);
        _byGfn.Add(slot.Gfn, slot);
        _mostPages = Math.Max(_mostPages, slot.Npages);
        VmCount = Math.Max(VmCount, slot.Vm + 1);
        _lastHit = null;
    }

    /// <summary>Finds the memory of guests in a range of host addresses.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="end">Byte behind the last one.</param>
    /// <param name="ns">Time.</param>
    /// <param name="mm">Token of the mm that they are of; 0 when unknown.</param>
    /// <param name="parts">Filled: guest frames of the range, of the first address space that has any; several where it crosses slots.</param>
    /// <param name="ambiguous">Whether slots of several VMs hold the first byte.</param>
    /// <returns>The first slot; null when there is none, or when several VMs have one.</returns>
    public MemslotSpan? FindHva(ulong start, ulong end, long ns, ulong mm, List<MemslotPart> parts, out bool ambiguous)
    {
        ambiguous = false;
        parts.Clear();
        if (_lastHit is { } last && start >= last.Hva && end <= last.HvaEnd)
        {
            parts.Add(PartOf(last, start, end));
            return last;
        }
        MemslotSpan? found = null;
        for (int i = _byHva.FirstFrom(start - Math.Min(start, _mostPages << 12)); i < _byHva.Count; i++)
        {
            MemslotSpan slot = _byHva[i];
            if (slot.Hva >= end)
            {
                break;
            }
            if (slot.HvaEnd <= start || !slot.CoversTime(ns) || (mm != 0 && slot.Mm != 0 && slot.Mm != mm))
            {
                continue;
            }
            if (found is not null && found.Vm != slot.Vm)
            {
                ambiguous = found.Hva <= start && slot.Hva <= start;
                parts.Clear();
                return null;
            }
            found ??= slot;
            if (slot.AsId == found.AsId)
            {
                parts.Add(PartOf(slot, start, end));
            }
        }
        if (found is { FromNs: null, ToNs: null } && IsAlone(found))
        {
            _lastHit = found;
        }
        return found;
    }

    /// <summary>Finds the slot of a guest frame.</summary>
    /// <param name="vm">Index of the VM.</param>
    /// <param name="asId">Address space: 1 is system management mode.</param>
    /// <param name="gfn">Frame.</param>
    /// <param name="ns">Time.</param>
    public MemslotSpan? FindGfn(int vm, int asId, ulong gfn, long ns)
    {
        for (int i = _byGfn.FirstFrom(gfn - Math.Min(gfn, _mostPages)); i < _byGfn.Count; i++)
        {
            MemslotSpan slot = _byGfn[i];
            if (slot.Gfn > gfn)
            {
                return null;
            }
            if (slot.Vm == vm && slot.AsId == asId && gfn - slot.Gfn < slot.Npages && slot.CoversTime(ns))
            {
                return slot;
            }
        }
        return null;
    }

    /// <summary>Finds a slot by its id.</summary>
    /// <param name="vm">Index of the VM.</param>
    /// <param name="asId">Address space: 1 is system management mode.</param>
    /// <param name="slot">The id, which another slot may bear at another time.</param>
    /// <param name="ns">Time.</param>
    public MemslotSpan? FindId(int vm, int asId, int slot, long ns)
    {
        if (_byId.TryGetValue((vm, asId, slot), out List<MemslotSpan>? spans))
        {
            foreach (MemslotSpan span in spans)
            {
                if (span.CoversTime(ns))
                {
                    return span;
                }
            }
        }
        return null;
    }

    private static MemslotPart PartOf(MemslotSpan slot, ulong start, ulong end)
    {
        ulong from = Math.Max(start, slot.Hva);
        ulong to = Math.Min(end, slot.HvaEnd);
        return new MemslotPart(slot.Gfn + ((from - slot.Hva) >> 12), (long)((to - from + 0xfff) >> 12));
    }

    // Whether no other slot shares a byte with this one, at any time.
    private bool IsAlone(MemslotSpan slot)
    {
        for (int i = 0; i < _byHva.Count; i++)
        {
            MemslotSpan other = _byHva[i];
            if (other.Hva >= slot.HvaEnd)
            {
                break;
            }
            if (!ReferenceEquals(other, slot) && other.HvaEnd > slot.Hva)
            {
                return false;
            }
        }
        return true;
    }
}
