using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>The memslots of one address space, found by guest frame and by host range. Several slots may map one host range.</summary>
/// <remarks>
/// Models: <c>struct kvm_memslots</c> with its gfn tree and hva interval tree, virt/kvm/kvm_main.c.
/// Omits: the two copies that updates swap; <c>Mmu.MemslotUpdates</c> keeps their generations.
/// </remarks>
public sealed class MemslotTable
{
    private readonly List<Memslot> _byGfn = [];
    private readonly List<Memslot> _byHva = [];
    private ulong[] _reach = [];
    private Memslot? _lastByGfn;

    /// <summary>Slots ordered by guest frame.</summary>
    public IReadOnlyList<Memslot> Slots => _byGfn;

    /// <summary>Adds a slot.</summary>
    /// <returns>False, and nothing added, when its guest frames overlap another slot of the address space.</returns>
    public bool TryAdd(Memslot slot)
    {
        int at = LowerBound(_byGfn, slot.BaseGfn.Value, static s => s.BaseGfn.Value);
        if ((at > 0 && _byGfn[at - 1].EndGfn > slot.BaseGfn) || (at < _byGfn.Count && _byGfn[at].BaseGfn < slot.EndGfn))
        {
            return false;
        }
        _byGfn.Insert(at, slot);
        int i = 0;
        while (i < _byHva.Count && (_byHva[i].Hva < slot.Hva || (_byHva[i].Hva == slot.Hva && _byHva[i].Id < slot.Id)))
        {
            i++;
        }
        _byHva.Insert(i, slot);
        Reindex();
        return true;
    }

    /// <summary>Removes a slot.</summary>
    /// <returns>False when it is not in the table.</returns>
    public bool Remove(Memslot slot)
    {
        _byHva.Remove(slot);
        bool found = _byGfn.Remove(slot);
        Reindex();
        return found;
    }

    /// <summary>Slot of a guest frame, or null.</summary>
    public Memslot? Find(Gfn gfn)
    {
        if (_lastByGfn is { } last && gfn >= last.BaseGfn && gfn < last.EndGfn)
        {
            return last;
        }
        int at = LowerBound(_byGfn, gfn.Value + 1, static s => s.BaseGfn.Value) - 1;
        return at >= 0 && gfn < _byGfn[at].EndGfn ? _lastByGfn = _byGfn[at] : null;
    }

    /// <summary>Slot by its number, or null.</summary>
    public Memslot? ById(int id)
    {
        foreach (Memslot slot in _byGfn)
        {
            if (slot.Id == id)
            {
                return slot;
            }
        }
        return null;
    }

    /// <summary>Index of the first slot (in host order) that may reach beyond <paramref name="hvaPage"/>; start of a scan with <see cref="TryNext"/>.</summary>
    public int FirstReaching(ulong hvaPage)
    {
        int low = 0;
        int high = _reach.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_reach[middle] > hvaPage)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }

    /// <summary>Next slot that intersects host pages [<paramref name="start"/>, <paramref name="end"/>).</summary>
    /// <param name="cursor">From <see cref="FirstReaching"/>; moved on.</param>
    /// <param name="start">First host page.</param>
    /// <param name="end">First host page after the range.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>False when no slot is left.</returns>
    public bool TryNext(ref int cursor, ulong start, ulong end, out Memslot slot)
    {
        while (cursor < _byHva.Count)
        {
            slot = _byHva[cursor];
            if (slot.HvaPage >= end)
            {
                break;
            }
            cursor++;
            if (slot.HvaPage + slot.Pages > start)
            {
                return true;
            }
        }
        slot = null!;
        return false;
    }

    /// <summary>All parts of slots that a host range touches, in host order of the slots.</summary>
    /// <param name="range">Host bytes; need not be page aligned.</param>
    /// <param name="found">Receives the parts; cleared first.</param>
    public void GfnsOf(HvaRange range, List<SlotGfns> found)
    {
        found.Clear();
        if (range.SizeBytes == 0)
        {
            return;
        }
        ulong start = range.Start.Value >> PageSize.Shift;
        ulong end = ((range.End.Value - 1) >> PageSize.Shift) + 1;
        int cursor = FirstReaching(start);
        while (TryNext(ref cursor, start, end, out Memslot slot))
        {
            ulong low = Math.Max(start, slot.HvaPage);
            ulong high = Math.Min(end, slot.HvaPage + slot.Pages);
            found.Add(new SlotGfns(slot, new GfnRange(
                new Gfn(slot.BaseGfn.Value + low - slot.HvaPage),
                new Gfn(slot.BaseGfn.Value + high - slot.HvaPage))));
        }
    }

    private void Reindex()
    {
        _lastByGfn = null;
        _reach = new ulong[_byHva.Count];
        ulong reach = 0;
        for (int i = 0; i < _reach.Length; i++)
        {
            reach = Math.Max(reach, _byHva[i].HvaPage + _byHva[i].Pages);
            _reach[i] = reach;
        }
    }

    private static int LowerBound(List<Memslot> slots, ulong key, Func<Memslot, ulong> keyOf)
    {
        int low = 0;
        int high = slots.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (keyOf(slots[middle]) < key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
