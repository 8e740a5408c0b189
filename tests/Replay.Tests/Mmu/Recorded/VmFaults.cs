using System.Globalization;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>The model of one VM on the shadow MMU or on stage-2, fed by recorded maps and unmaps.</summary>
internal sealed class VmFaults
{
    private readonly Dictionary<ulong, List<long>> _touches = [];
    private readonly Dictionary<ulong, List<long>> _faultAt = [];
    private readonly Dictionary<ulong, long> _zappedAt = [];
    private readonly Dictionary<ulong, long> _agedAt = [];
    private readonly Dictionary<string, Memslot> _byId = new(StringComparer.Ordinal);
    private readonly ShadowContext? _context;
    private int _nextAction;

    public VmFaults(RecordedVm recorded, KvmConfig config, MmuNotifier notifier)
    {
        Recorded = recorded;
        Vm = new KvmVm(config, new PrimaryMmu());
        _context = Vm.Shadow?.CreateContext(direct: false, adBits: true);
        foreach (Memslot slot in recorded.Slots)
        {
            Assert.Equal(MemslotResult.Done, notifier.CreateSlot(Vm, slot));
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

    public int NextTouch { get; set; }

    // The guest of the captures maps its memory one to one, so a guest virtual page is its frame.
    public TouchResult Access(ulong frame, bool write) =>
        _context is not null ? Vm.Shadow!.Touch(_context, frame, write) : Vm.Stage2!.Touch(0, frame, write);

    public bool IsMapped(ulong frame) => Leaf(frame, EntryPlane.Leaf);

    public bool IsYoung(ulong frame) => Leaf(frame, EntryPlane.Young);

    public void Map(ulong frame, ulong gfn, int level, bool writable, bool prefetch = false)
    {
        if (_context is not null)
        {
            Vm.Shadow!.Map(_context, frame, gfn, level, writable, prefetch);
            return;
        }
        Vm.Stage2!.Map(0, gfn, level, new Pfn(gfn), writable);
    }

    public void Age(ulong start, ulong end, long timestampNs)
    {
        foreach (SlotGfns part in PartsOf(start, end))
        {
            AgeTally tally = default;
            ISecondaryMmu mmu = Vm.Stage2 is not null ? Vm.Stage2 : Vm.Shadow!;
            mmu.AgeRange(part.Slot, part.Gfns, clear: true, stopAtYoung: false, ref tally);
            for (ulong gfn = part.Gfns.Start.Value; gfn < part.Gfns.End.Value; gfn++)
            {
                _agedAt[gfn] = timestampNs;
            }
        }
    }

    public void Zap(SlotGfns part, long timestampNs)
    {
        for (ulong gfn = part.Gfns.Start.Value; gfn < part.Gfns.End.Value; gfn++)
        {
            _zappedAt[gfn] = timestampNs;
        }
        ISecondaryMmu mmu = Vm.Stage2 is not null ? Vm.Stage2 : Vm.Shadow!;
        mmu.Zap(part.Slot, part.Gfns);
    }

    public void ZapAll()
    {
        Vm.Shadow?.MakeObsolete();
        Vm.Shadow?.ZapObsolete();
    }

    public List<SlotGfns> PartsOf(ulong start, ulong end)
    {
        var parts = new List<SlotGfns>();
        Vm.SlotsOf(0).GfnsOf(new HvaRange(new Hva(start), new Hva(end)), parts);
        return parts;
    }

    public void NoteFault(ulong frame, long timestampNs)
    {
        if (!_faultAt.TryGetValue(frame, out List<long>? times))
        {
            _faultAt.Add(frame, times = []);
        }
        times.Add(timestampNs);
    }

    public bool FaultNear(ulong frame, long timestampNs) =>
        VmState.Near(_faultAt, frame, timestampNs, 8 * TdpExplainer.SlackNs, TdpExplainer.SlackNs);

    public bool RecentlyZapped(ulong frame, long timestampNs) =>
        _zappedAt.TryGetValue(frame, out long at) && Math.Abs(timestampNs - at) <= TdpExplainer.SlackNs;

    public bool OrderOpen(ulong gfn, long timestampNs) =>
        (_agedAt.TryGetValue(gfn, out long aged) && (Math.Abs(timestampNs - aged) <= TdpExplainer.SlackNs || TouchedNear(gfn, aged)));

    public bool TouchedNear(ulong gfn, long timestampNs) =>
        VmState.Near(_touches, gfn, timestampNs, TdpExplainer.SlackNs, TdpExplainer.SlackNs);

    public bool InSlotAction(long timestampNs) => Recorded.Actions.Any(a =>
        a.Name is "delslot" or "moveslot" && timestampNs >= a.BeginNs - TdpExplainer.SlackNs && timestampNs <= a.EndNs + TdpExplainer.SlackNs);

    public void ApplyActions(long timestampNs, MmuNotifier notifier)
    {
        while (_nextAction < Recorded.Actions.Count && Recorded.Actions[_nextAction].EndNs <= timestampNs)
        {
            RecordedAction action = Recorded.Actions[_nextAction++];
            string[] words = action.Detail.Split(' ');
            switch (action.Name)
            {
                case "delslot":
                    notifier.DeleteSlot(Vm, _byId[words[0]], ZapMechanism.SlotLeafs);
                    break;
                case "addslot":
                    Memslot former = _byId[words[0]];
                    notifier.CreateSlot(Vm, _byId[words[0]] = new Memslot(0, former.Id, former.BaseGfn, former.Pages, former.Hva));
                    break;
                case "moveslot":
                    Memslot slot = _byId[words[0]];
                    ulong gpa = ulong.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    var moved = new Memslot(0, slot.Id, new Gfn(gpa >> 12), slot.Pages, slot.Hva);
                    notifier.MoveSlot(Vm, slot, moved, ZapMechanism.SlotLeafs);
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

    private bool Leaf(ulong frame, int plane)
    {
        PageTree tree = Vm.Stage2 is not null ? Vm.Stage2.Main : _context!.Tree;
        EntryRef at = tree.Find(frame);
        return at.Table >= 0 && tree.Tables.Has(at.Table, at.Index, EntryPlane.Leaf) && tree.Tables.Has(at.Table, at.Index, plane);
    }
}
