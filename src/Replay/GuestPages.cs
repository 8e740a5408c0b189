using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Replay;

/// <summary>
/// Every guest page that a replay knows under a dense id: the pages of the data slots in order of (vm, slot, gfn), or of all slots where no
/// roles are given. Finds the page of a gfn or of an hva at an instant, since slots come, go and move.
/// </summary>
public sealed class GuestPages
{
    /// <summary>Role of slots that no guest uses: memory of a process beside the VMs, told as a slot so that its pages have names.</summary>
    public const string HostRole = "host";

    private readonly SlotSpan[] _spans;
    private readonly SlotPages[] _slots;
    private int _lastSpan;

    private GuestPages(SlotPages[] slots, SlotSpan[] spans, int count, bool addressesKnown)
    {
        _slots = slots;
        _spans = spans;
        Count = count;
        AddressesKnown = addressesKnown;
    }

    /// <summary>Number of pages; ids run from 0.</summary>
    public int Count { get; }

    /// <summary>Whether host addresses are known; without memslots only gfns are.</summary>
    public bool AddressesKnown { get; }

    /// <summary>Runs of pages with consecutive ids, gfns and host addresses, in id order.</summary>
    public ReadOnlySpan<SlotPages> Slots => _slots;

    /// <summary>Pages of the memslots table of a dataset.</summary>
    /// <param name="memslots">A table of <see cref="MemslotsTable"/>; may be empty.</param>
    /// <param name="vms">Names of the VMs in the order of the events' <c>vm</c> column; may be empty.</param>
    public static GuestPages FromMemslots(Table memslots, IReadOnlyList<string> vms)
    {
        bool roles = false;
        for (int r = 0; r < memslots.RowCount; r++)
        {
            roles |= memslots[MemslotsTable.Role][r].Length > 0;
        }
        List<SlotSpan> spans = [];
        for (int r = 0; r < memslots.RowCount; r++)
        {
            bool hostOnly = string.Equals(memslots[MemslotsTable.Role][r], HostRole, StringComparison.Ordinal);
            bool data = !roles || hostOnly || string.Equals(memslots[MemslotsTable.Role][r], "data", StringComparison.Ordinal);
            long pages = memslots[MemslotsTable.Npages][r];
            if (!data || memslots[MemslotsTable.AsId][r] != 0 || pages <= 0)
            {
                continue;
            }
            string vm = memslots[MemslotsTable.Vm][r];
            spans.Add(new SlotSpan(
                VmIndex(vms, vm),
                vm,
                memslots[MemslotsTable.Slot][r],
                unchecked((ulong)memslots[MemslotsTable.Gfn][r]),
                pages,
                unchecked((ulong)memslots[MemslotsTable.Hva][r]),
                memslots.IsNull(MemslotsTable.TsFromNs, r) ? long.MinValue : memslots[MemslotsTable.TsFromNs][r],
                memslots.IsNull(MemslotsTable.TsToNs, r) ? long.MaxValue : memslots[MemslotsTable.TsToNs][r]) { HostOnly = hostOnly });
        }
        return FromSpans(spans, addressesKnown: true);
    }

    /// <summary>Pages of slots that are there all the time.</summary>
    /// <param name="slots">The slots; their own page ids are not used.</param>
    public static GuestPages FromSlots(IReadOnlyList<SlotPages> slots)
    {
        List<SlotSpan> spans = [];
        foreach (SlotPages slot in slots)
        {
            spans.Add(new SlotSpan(0, slot.Vm, slot.Slot, slot.Gfn, slot.Npages, slot.Hva, long.MinValue, long.MaxValue) { HostOnly = slot.HostOnly });
        }
        return FromSpans(spans, addressesKnown: true);
    }

    /// <summary>Pages of guest frames seen in events, for captures without memslots: one pseudo slot -1, host addresses unknown.</summary>
    /// <param name="gfns">Frames in ascending order, each once.</param>
    public static GuestPages FromFrames(ReadOnlySpan<ulong> gfns)
    {
        List<SlotSpan> spans = [];
        for (int i = 0; i < gfns.Length;)
        {
            int j = i + 1;
            while (j < gfns.Length && gfns[j] == gfns[j - 1] + 1)
            {
                j++;
            }
            spans.Add(new SlotSpan(0, "", -1, gfns[i], j - i, gfns[i] << 12, long.MinValue, long.MaxValue));
            i = j;
        }
        return FromSpans(spans, addressesKnown: false);
    }

    /// <summary>Whether some guest frame belongs to more than one VM.</summary>
    public bool HasSharedFrames
    {
        get
        {
            for (int i = 0; i < _spans.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    if (_spans[i].Vm != _spans[j].Vm && _spans[i].Gfn < _spans[j].Gfn + (ulong)_spans[j].Npages && _spans[j].Gfn < _spans[i].Gfn + (ulong)_spans[i].Npages)
                    {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /// <summary>VMs known, by index from 0.</summary>
    public int VmCount
    {
        get
        {
            int count = 0;
            foreach (SlotSpan span in _spans)
            {
                count = Math.Max(count, span.Vm + 1);
            }
            return count;
        }
    }

    /// <summary>Index of the VM that a host address belongs to, -1 for none.</summary>
    public int VmOfHva(ulong hva)
    {
        foreach (SlotSpan span in _spans)
        {
            if (hva - span.Hva < (ulong)span.Npages << 12)
            {
                return span.Vm;
            }
        }
        return -1;
    }

    /// <summary>Index of a VM by name as <see cref="OfGfn"/> takes it; -1 when there is none of that name.</summary>
    public int VmOf(string name)
    {
        foreach (SlotSpan span in _spans)
        {
            if (string.Equals(span.VmName, name, StringComparison.Ordinal))
            {
                return span.Vm;
            }
        }
        return -1;
    }

    /// <summary>Whether a guest frame belongs to more than one VM.</summary>
    public bool IsShared(ulong gfn)
    {
        int vm = -1;
        foreach (SlotSpan span in _spans)
        {
            if (span.HoldsGfn(-1, gfn))
            {
                if (vm >= 0 && span.Vm != vm)
                {
                    return true;
                }
                vm = span.Vm;
            }
        }
        return false;
    }

    /// <summary>The page of a guest frame, or -1.</summary>
    /// <param name="vm">Index of the VM, or -1 when the event does not name it.</param>
    /// <param name="gfn">Guest frame number.</param>
    /// <param name="tsNs">When.</param>
    public int OfGfn(int vm, ulong gfn, long tsNs)
    {
        if (_spans.Length == 0)
        {
            return -1;
        }
        ref readonly SlotSpan last = ref _spans[_lastSpan];
        if (last.HoldsGfn(vm, gfn) && last.IsLive(tsNs))
        {
            return last.FirstPage + (int)(gfn - last.Gfn);
        }
        int dead = -1;
        for (int i = 0; i < _spans.Length; i++)
        {
            ref readonly SlotSpan span = ref _spans[i];
            if (span.HoldsGfn(vm, gfn))
            {
                if (span.IsLive(tsNs))
                {
                    _lastSpan = i;
                    return span.FirstPage + (int)(gfn - span.Gfn);
                }
                dead = i;
            }
        }
        return dead < 0 ? -1 : _spans[dead].FirstPage + (int)(gfn - _spans[dead].Gfn);
    }

    /// <summary>The page of a host address, or -1.</summary>
    /// <param name="hva">Host user virtual address, bytes.</param>
    /// <param name="tsNs">When.</param>
    /// <param name="pagesLeft">Pages from there to the end of the slot, that one included.</param>
    public int OfHva(ulong hva, long tsNs, out long pagesLeft)
    {
        int found = -1;
        for (int i = 0; i < _spans.Length; i++)
        {
            ref readonly SlotSpan span = ref _spans[i];
            if (hva - span.Hva < (ulong)span.Npages << 12)
            {
                found = i;
                if (span.IsLive(tsNs))
                {
                    break;
                }
            }
        }
        if (found < 0)
        {
            pagesLeft = 0;
            return -1;
        }
        long offset = (long)((hva - _spans[found].Hva) >> 12);
        pagesLeft = _spans[found].Npages - offset;
        return _spans[found].FirstPage + (int)offset;
    }

    /// <summary>Guest frame of a page.</summary>
    public ulong GfnOf(int page)
    {
        ref readonly SlotPages slot = ref SlotOf(page);
        return slot.Gfn + (ulong)(page - slot.FirstPage);
    }

    /// <summary>Host address of a page, bytes.</summary>
    public ulong HvaOf(int page)
    {
        ref readonly SlotPages slot = ref SlotOf(page);
        return slot.Hva + ((ulong)(page - slot.FirstPage) << 12);
    }

    /// <summary>The run that holds a page.</summary>
    public ref readonly SlotPages SlotOf(int page)
    {
        int low = 0;
        int high = _slots.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (_slots[middle].FirstPage <= page)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return ref _slots[low];
    }

    /// <summary>Writes <c>pages.parquet</c>.</summary>
    public void Write(string path, ParquetCodec codec)
    {
        TableBuilder table = new(PagesTable.Schema);
        foreach (SlotPages slot in _slots)
        {
            for (long i = 0; i < slot.Npages; i++)
            {
                int row = table.AddRow();
                table[PagesTable.Page].Set(row, slot.FirstPage + (int)i);
                table[PagesTable.Vm].Set(row, slot.Vm);
                table[PagesTable.Slot].Set(row, slot.Slot);
                table[PagesTable.Gfn].Set(row, unchecked((long)slot.Gfn + i));
                table[PagesTable.Hva].Set(row, unchecked((long)slot.Hva + (i << 12)));
                table[PagesTable.Data].Set(row, true);
            }
        }
        ParquetTables.Write(path, table, codec);
    }

    private static int VmIndex(IReadOnlyList<string> vms, string vm)
    {
        for (int i = 0; i < vms.Count; i++)
        {
            if (string.Equals(vms[i], vm, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return vms.Count == 0 ? -1 : 0;
    }

    private static GuestPages FromSpans(List<SlotSpan> spans, bool addressesKnown)
    {
        spans.Sort(static (a, b) =>
        {
            int order = string.CompareOrdinal(a.VmName, b.VmName);
            order = order != 0 ? order : a.Slot.CompareTo(b.Slot);
            order = order != 0 ? order : a.Gfn.CompareTo(b.Gfn);
            return order != 0 ? order : a.FromNs.CompareTo(b.FromNs);
        });
        List<SlotPages> slots = [];
        SlotSpan[] placed = new SlotSpan[spans.Count];
        int count = 0;
        for (int i = 0; i < spans.Count; i++)
        {
            SlotSpan span = spans[i];
            SlotPages before = slots.Count > 0 ? slots[^1] : default;
            // A slot that was deleted and added again at the same place keeps its pages.
            bool same = slots.Count > 0 && before.Slot == span.Slot && string.Equals(before.Vm, span.VmName, StringComparison.Ordinal)
                && before.Gfn <= span.Gfn && span.Gfn + (ulong)span.Npages <= before.Gfn + (ulong)before.Npages && before.Hva - (before.Gfn << 12) == span.Hva - (span.Gfn << 12);
            if (!same)
            {
                slots.Add(new SlotPages(span.VmName, span.Slot, span.Gfn, span.Npages, span.Hva, count) { HostOnly = span.HostOnly });
                count = checked(count + (int)span.Npages);
            }
            placed[i] = span with { FirstPage = slots[^1].FirstPage + (int)(span.Gfn - slots[^1].Gfn) };
        }
        return new GuestPages([.. slots], placed, count, addressesKnown);
    }

    private readonly record struct SlotSpan(int Vm, string VmName, int Slot, ulong Gfn, long Npages, ulong Hva, long FromNs, long ToNs)
    {
        public int FirstPage { get; init; }

        public bool HostOnly { get; init; }

        public bool HoldsGfn(int vm, ulong gfn) => gfn - Gfn < (ulong)Npages && (vm < 0 || Vm < 0 || vm == Vm);

        public bool IsLive(long tsNs) => tsNs >= FromNs && tsNs <= ToNs;
    }
}

/// <summary>Pages of one slot that have consecutive ids.</summary>
/// <param name="Vm">Name of the VM.</param>
/// <param name="Slot">Memslot id; -1 where no memslots are known.</param>
/// <param name="Gfn">First guest frame.</param>
/// <param name="Npages">Length, pages.</param>
/// <param name="Hva">Host address of the first page, bytes.</param>
/// <param name="FirstPage">Its dense id.</param>
public readonly record struct SlotPages(string Vm, int Slot, ulong Gfn, long Npages, ulong Hva, int FirstPage)
{
    /// <summary>Memory of a process without a VM: no guest, no notifier, no secondary MMU.</summary>
    public bool HostOnly { get; init; }
}
