using System.Globalization;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>The model of one recorded VM, with the last recorded value of every leaf.</summary>
internal sealed class VmState
{
    private const ulong Accessed = 0x20;
    private readonly Dictionary<(ulong Gfn, int Level), (ulong Word, bool Fresh)> _last = [];
    private readonly Dictionary<(ulong Gfn, int Level, ulong Pfn), (ulong Word, bool Young)> _obsolete = [];
    private readonly Dictionary<ulong, List<long>> _touches = [];
    private readonly Dictionary<ulong, List<long>> _faultAt = [];
    private readonly Dictionary<(ulong Gfn, int Level), long> _clearedAt = [];
    private readonly MmuNotifier _notifier = new(new KvmRules());
    private readonly Dictionary<string, Memslot> _byId = new(StringComparer.Ordinal);
    private int _nextAction;

    public VmState(RecordedVm recorded)
    {
        Recorded = recorded;
        Vm = new KvmVm(new KvmConfig { AddressSpaces = 2 }, new PrimaryMmu());
        _notifier.Register(Vm);
        foreach (Memslot slot in recorded.Slots)
        {
            Assert.Equal(MemslotResult.Done, _notifier.CreateSlot(Vm, slot));
            _byId[slot.Id.ToString(CultureInfo.InvariantCulture)] = slot;
        }
        foreach (RecordedTouch touch in recorded.Touches)
        {
            if (!_touches.TryGetValue(touch.Gfn, out List<long>? times))
            {
                _touches.Add(touch.Gfn, times = []);
            }
            times.Add(touch.TimestampNs);
        }
    }

    public RecordedVm Recorded { get; }

    public KvmVm Vm { get; }

    public PageTree Root => Vm.Tdp!.RootOf(0);

    public int NextTouch { get; set; }

    public bool Covers(ulong hva) => Recorded.Slots.Any(s => hva >= s.Hva.Value && hva < s.Hva.Value + (s.Pages << 12));

    public List<SlotGfns> PartsOf(ulong start, ulong end)
    {
        var parts = new List<SlotGfns>();
        Vm.SlotsOf(0).GfnsOf(new HvaRange(new Hva(start), new Hva(end)), parts);
        return parts;
    }

    public bool HasTruth(Memslot slot) => Recorded.DataSlots.Contains(slot.Id);

    public bool HasTruth(ulong gfn) => _touches.ContainsKey(gfn) || (Vm.SlotsOf(0).Find(new Gfn(gfn)) is { } slot && HasTruth(slot));

    /// <summary>Whether an MMIO entry stands at a frame.</summary>
    public bool IsMmio(ulong gfn) => Root.Find(gfn) is { Level: 1, Table: >= 0 } at && Root.Tables.Has(at.Table, at.Index, EntryPlane.Special);

    public bool IsLeaf(EntryRef at) => at.Table >= 0 && Root.Tables.Has(at.Table, at.Index, EntryPlane.Leaf);

    public bool Knows(ulong gfn, int level, ulong pfn) =>
        (_last.TryGetValue((gfn, level), out (ulong Word, bool) last) && PfnOf(last.Word) == pfn) || _obsolete.ContainsKey((gfn, level, pfn));

    public bool Last(ulong gfn, int level, ulong pfn, out ulong word)
    {
        if (_last.TryGetValue((gfn, level), out (ulong Word, bool) last) && PfnOf(last.Word) == pfn)
        {
            word = last.Word;
            return true;
        }
        bool found = _obsolete.TryGetValue((gfn, level, pfn), out (ulong Word, bool Young) old);
        word = old.Word;
        return found;
    }

    public void Map(ulong gfn, int level, ulong word, bool fresh)
    {
        Vm.Tdp!.Map(0, gfn, level, new Pfn(PfnOf(word)), (word & 2) != 0, (word & 0x600) == 0x600, prefetch: (word & Accessed) == 0);
        _last[(gfn, level)] = (word, fresh);
    }

    /// <summary>A recorded change that keeps the leaf: permission, dirty bit; the model's accessed bit stays the model's.</summary>
    public void Rewrite(ulong gfn, int level, ulong word)
    {
        EntryRef at = Root.Find(gfn);
        if (!IsLeaf(at) || at.Level != level)
        {
            return;
        }
        Span<ulong> line = Root.Tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        Set(line, EntryPlane.Writable, bit, (word & 2) != 0);
        Set(line, EntryPlane.Dirty, bit, (word & 0x40) != 0);
        if ((word & Accessed) != 0)
        {
            line[EntryPlane.Young] |= bit;
        }
        bool fresh = _last.TryGetValue((gfn, level), out (ulong, bool Fresh) last) && last.Fresh;
        _last[(gfn, level)] = (word, fresh);
    }

    /// <summary>A lockless fix: the event names an address anywhere inside the leaf.</summary>
    public void Fixed(ulong gfn, ulong word)
    {
        EntryRef at = Root.Find(gfn);
        Rewrite(gfn & ~((1UL << (9 * (at.Level - 1))) - 1), at.Level, word);
    }

    public void Cleared(ulong gfn, int level, ulong word, long timestampNs)
    {
        _last[(gfn, level)] = (word, false);
        _clearedAt[(gfn, level)] = timestampNs;
    }

    /// <summary>An access is stamped so close to this call, or to the last clear before it, that the order is open.</summary>
    public bool OrderOpen(ulong gfn, int level, long timestampNs) => TouchedNear(gfn, level, timestampNs)
        || (_clearedAt.TryGetValue((gfn, level), out long cleared) && TouchedNear(gfn, level, cleared));

    public bool FirstClear(ulong gfn, int level) => _last.TryGetValue((gfn, level), out (ulong, bool Fresh) last) && last.Fresh;

    public void Split(ulong gfn, int level, ulong word)
    {
        EntryRef at = Root.At(gfn, level);
        if (IsLeaf(at))
        {
            Root.Split(at);
        }
        bool fresh = FirstClear(gfn, level);
        _last.Remove((gfn, level));
        ulong step = 1UL << (9 * (level - 2));
        ulong child = level == 2 ? word & ~0x80UL : word;
        for (ulong i = 0; i < 512; i++)
        {
            _last[(gfn + (i * step), level - 1)] = (child + (i * step << 12), fresh);
        }
    }

    /// <summary>Removes a leaf.</summary>
    /// <returns>The accessed bit that the model held, or null when it had no such leaf.</returns>
    public bool? Zap(ulong gfn, int level, ulong pfn)
    {
        if (_last.TryGetValue((gfn, level), out (ulong Word, bool) last) && PfnOf(last.Word) == pfn)
        {
            _last.Remove((gfn, level));
            EntryRef at = Root.Find(gfn);
            if (!IsLeaf(at) || at.Level != level)
            {
                return null;
            }
            bool young = Root.Tables.Has(at.Table, at.Index, EntryPlane.Young);
            Root.Clear(at);
            return young;
        }
        return _obsolete.Remove((gfn, level, pfn), out (ulong Word, bool Young) old) ? old.Young : null;
    }

    /// <summary>A fast zap of everything: vCPUs leave the root; its entries keep their bits until they are zapped.</summary>
    public void MakeObsolete()
    {
        foreach (((ulong gfn, int level), (ulong word, _)) in _last)
        {
            EntryRef at = Root.Find(gfn);
            bool young = IsLeaf(at) && Root.Tables.Has(at.Table, at.Index, EntryPlane.Young);
            _obsolete[(gfn, level, PfnOf(word))] = (word, young);
        }
        _last.Clear();
        Root.Reset();
    }

    public void NoteFault(ulong gfn, long timestampNs)
    {
        if (!_faultAt.TryGetValue(gfn, out List<long>? times))
        {
            _faultAt.Add(gfn, times = []);
        }
        times.Add(timestampNs);
    }

    public bool FaultNear(ulong gfn, long timestampNs) => Near(_faultAt, gfn, timestampNs, 4 * TdpExplainer.SlackNs, TdpExplainer.SlackNs);

    /// <summary>The access is stamped more than the slack, but less than two milliseconds, before the fault that it caused.</summary>
    public bool FaultSoonAfter(ulong gfn, long timestampNs) => Near(_faultAt, gfn, timestampNs, 0, 4 * TdpExplainer.SlackNs);

    internal static bool Near(Dictionary<ulong, List<long>> all, ulong gfn, long timestampNs, long before, long after)
    {
        if (!all.TryGetValue(gfn, out List<long>? times))
        {
            return false;
        }
        int at = times.BinarySearch(timestampNs);
        at = at < 0 ? ~at : at;
        return (at < times.Count && times[at] - timestampNs <= after) || (at > 0 && timestampNs - times[at - 1] <= before);
    }

    public bool TouchedNear(ulong gfn, int level, long timestampNs)
    {
        ulong span = 1UL << (9 * (level - 1));
        for (ulong page = gfn; page < gfn + span; page++)
        {
            if (Near(_touches, page, timestampNs, TdpExplainer.SlackNs, TdpExplainer.SlackNs))
            {
                return true;
            }
        }
        return false;
    }

    public bool InAction(string name, long timestampNs) => Recorded.Actions.Any(a =>
        a.Name == name && timestampNs >= a.BeginNs - TdpExplainer.SlackNs && timestampNs <= a.EndNs + TdpExplainer.SlackNs);

    public bool InSlotAction(long timestampNs) => Recorded.Actions.Any(a =>
        a.Name is "delslot" or "moveslot" && timestampNs >= a.BeginNs - TdpExplainer.SlackNs && timestampNs <= a.EndNs + TdpExplainer.SlackNs);

    /// <summary>Applies the plan's slot changes whose end lies before a time.</summary>
    public void ApplyActions(long timestampNs)
    {
        while (_nextAction < Recorded.Actions.Count && Recorded.Actions[_nextAction].EndNs <= timestampNs)
        {
            RecordedAction action = Recorded.Actions[_nextAction++];
            string[] words = action.Detail.Split(' ');
            switch (action.Name)
            {
                case "delslot":
                    Apply(_notifier.DeleteSlot(Vm, _byId[words[0]], ZapMechanism.SlotLeafs));
                    break;
                case "addslot":
                    Memslot former = _byId[words[0]];
                    Apply(_notifier.CreateSlot(Vm, _byId[words[0]] = new Memslot(0, former.Id, former.BaseGfn, former.Pages, former.Hva)));
                    break;
                case "moveslot":
                    Memslot slot = _byId[words[0]];
                    ulong gpa = ulong.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    var moved = new Memslot(0, slot.Id, new Gfn(gpa >> 12), slot.Pages, slot.Hva);
                    Apply(_notifier.MoveSlot(Vm, slot, moved, ZapMechanism.SlotLeafs));
                    _byId[words[0]] = moved;
                    break;
                case "dirtylog":
                    Vm.Generations.Begin(0);
                    Vm.Generations.End(0);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Apply(MemslotResult result) => Assert.Equal(MemslotResult.Done, result);

    private static void Set(Span<ulong> line, int plane, ulong bit, bool value) =>
        line[plane] = value ? line[plane] | bit : line[plane] & ~bit;

    private static ulong PfnOf(ulong word) => (word >> 12) & ((1UL << 40) - 1);
}
