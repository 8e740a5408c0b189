using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>
/// Feeds a VM model with the true accesses of a capture, asks it the recorded questions at their places, and compares every recorded entry
/// change with it. The record decides only where the truth is silent (slots without ground truth, accesses within half a millisecond).
/// </summary>
internal sealed partial class TdpExplainer
{
    public const long SlackNs = 500_000;
    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;
    private const ulong MmuPresent = 0x800;
    private const ulong ReservedBit = 8;

    private readonly RecordedCapture _capture;
    private readonly ExplainedCapture _result;
    private readonly List<VmState> _vms = [];
    private readonly Dictionary<string, VmState> _vmOfTask = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenFault> _faults = new(StringComparer.Ordinal);
    private readonly List<(string Task, ulong Gfn, OpenFault Fault)> _left = [];
    private long _now;

    public TdpExplainer(RecordedCapture capture)
    {
        _capture = capture;
        _result = new ExplainedCapture { Name = capture.Name };
        foreach (RecordedVm vm in capture.Vms)
        {
            _vms.Add(new VmState(vm));
        }
    }

    public ExplainedCapture Run()
    {
        ResolveTasks();
        foreach (RecordedEvent e in _capture.Events)
        {
            if (e.Kind == RecordedKind.PageFault)
            {
                VmOf(e).NoteFault(e.A >> 12, e.TimestampNs);
            }
        }
        foreach (RecordedEvent e in _capture.Events)
        {
            _now = e.TimestampNs;
            foreach (VmState vm in _vms)
            {
                vm.ApplyActions(_now);
                FeedTruth(vm, _now);
            }
            Handle(e);
        }
        foreach (VmState vm in _vms)
        {
            FeedTruth(vm, long.MaxValue);
        }
        foreach (string task in _calls.Keys.ToArray())
        {
            CloseCall(task);
        }
        foreach (OpenFault fault in _faults.Values.Concat(_left.Select(l => l.Fault)))
        {
            Close(fault, Explained.FaultUnexplained);
        }
        return _result;
    }

    // GFNs of two VMs are equal: a thread belongs to the VM whose host address was asked when an entry with a frame it mapped was cleared.
    private void ResolveTasks()
    {
        if (_vms.Count == 1)
        {
            return;
        }
        var mapper = new Dictionary<(ulong Gfn, ulong Pfn), string>();
        var asked = new Dictionary<string, VmState?>(StringComparer.Ordinal);
        foreach (RecordedEvent e in _capture.Events)
        {
            if (e.Kind == RecordedKind.AgeHva)
            {
                asked[e.Task] = _vms.FirstOrDefault(vm => vm.Covers(e.A));
            }
            else if (e.Kind == RecordedKind.SpteChanged && IsLeaf(e.B, e.Level))
            {
                (ulong, ulong) key = (e.A, PfnOf(e.B));
                if ((e.C & MmuPresent) == 0)
                {
                    mapper[key] = e.Task;
                }
                else if ((e.C & ~e.B & Accessed) != 0 && asked.GetValueOrDefault(e.Task) is { } vm && mapper.TryGetValue(key, out string? task))
                {
                    _vmOfTask.TryAdd(task, vm);
                }
            }
        }
    }

    private VmState VmOf(in RecordedEvent e)
    {
        if (_vms.Count == 1)
        {
            return _vms[0];
        }
        if (_vmOfTask.TryGetValue(e.Task, out VmState? known))
        {
            return known;
        }
        ulong pfn = PfnOf(e.C);
        foreach (VmState vm in _vms)
        {
            if ((e.C & MmuPresent) != 0 && vm.Knows(e.A, e.Level, pfn))
            {
                return vm;
            }
        }
        return _vms[0];
    }

    private void FeedTruth(VmState vm, long until)
    {
        List<RecordedTouch> touches = vm.Recorded.Touches;
        while (vm.NextTouch < touches.Count && touches[vm.NextTouch].TimestampNs <= until)
        {
            RecordedTouch touch = touches[vm.NextTouch++];
            if (touch.Mmio)
            {
                continue;
            }
            TouchResult result = vm.Vm.Access(new Gfn(touch.Gfn), touch.Write);
            if (result != TouchResult.Fault)
            {
                _result.Count(Explained.TouchOfMapped);
            }
            else if (vm.FaultNear(touch.Gfn, touch.TimestampNs) || _faults.Values.Any(f => f.Vm == vm && f.Gfn == touch.Gfn))
            {
                _result.Count(Explained.TouchWithFault);
            }
            else if (vm.FaultSoonAfter(touch.Gfn, touch.TimestampNs))
            {
                _result.Count(Explained.TouchStampOff);
            }
            else
            {
                _result.Count(Explained.TouchUnexplained, $"{touch.TimestampNs} gfn {touch.Gfn:x}");
            }
        }
    }

    private void Handle(in RecordedEvent e)
    {
        // A call is over when its task does anything else.
        if (e.Kind != RecordedKind.SpteChanged && _calls.TryGetValue(e.Task, out OpenCall? open) && !open.IsUnmap)
        {
            CloseCall(e.Task);
        }
        switch (e.Kind)
        {
            case RecordedKind.AgeHva:
                CloseCall(e.Task);
                _result.AgingCalls++;
                OpenAge(e);
                break;
            case RecordedKind.TestAgeHva:
                CloseCall(e.Task);
                break;
            case RecordedKind.UnmapHva:
                CloseCall(e.Task);
                OpenUnmap(e);
                break;
            case RecordedKind.SpteChanged:
                Change(e);
                break;
            case RecordedKind.PageFault:
                Fault(e);
                break;
            case RecordedKind.FastPageFault:
                FastFault(e);
                break;
            case RecordedKind.ZapAllFast:
                VmState? zapped = _vms.FirstOrDefault(vm => vm.InSlotAction(_now));
                _result.Count(zapped is null ? Explained.SlotChangeUnexplained : Explained.SlotChange);
                (zapped ?? _vms[0]).MakeObsolete();
                break;
            case RecordedKind.MmioMark or RecordedKind.MmioCheck or RecordedKind.MmioHandled:
                Mmio(e);
                break;
            case RecordedKind.SetSpte or RecordedKind.SpteRequested:
                if (_faults.TryGetValue(e.Task, out OpenFault? fault) && fault.Gfn >> (9 * (e.Level - 1)) == e.A >> (9 * (e.Level - 1)))
                {
                    fault.Requested = true;
                }
                break;
            default:
                break;
        }
    }

    private void OpenAge(in RecordedEvent e)
    {
        var call = new OpenCall { Event = e };
        foreach (VmState vm in _vms)
        {
            foreach (SlotGfns part in vm.PartsOf(e.A, e.B))
            {
                bool data = vm.HasTruth(part.Slot);
                for (ulong gfn = part.Gfns.Start.Value; gfn < part.Gfns.End.Value;)
                {
                    EntryRef at = vm.Root.Find(gfn);
                    ulong count = Math.Min(part.Gfns.End.Value - gfn, at.Level == 1 ? 1 : at.PagesLeft(gfn));
                    if (!vm.IsLeaf(at))
                    {
                        _result.NotMapped += data ? (long)count : 0;
                    }
                    else
                    {
                        ulong first = gfn & ~((1UL << (9 * (at.Level - 1))) - 1);
                        AgeTally tally = default;
                        bool young = vm.Vm.Tdp!.AgeWord(part.Slot, gfn, 1, clear: true, ref tally) != 0;
                        call.Entries.Add((vm, first, at.Level), new Answer(young, data, (long)count));
                    }
                    gfn += count;
                }
            }
        }
        _calls[e.Task] = call;
    }

    // Table 1 looks at a page when its call is over: what another task zapped in between counts as not mapped.
    private void CountAnswer(VmState vm, ulong gfn, int level, int young, long pages)
    {
        EntryRef at = vm.Root.Find(gfn);
        bool mapped = vm.IsLeaf(at) && at.Level == level;
        _result.NotMapped += mapped ? 0 : pages;
        _result.Old += mapped && young == 0 ? pages : 0;
        _result.YoungFirst += mapped && young == 1 ? pages : 0;
        _result.YoungAgain += mapped && young == 2 ? pages : 0;
    }

    private void OpenUnmap(in RecordedEvent e)
    {
        var call = new OpenCall { Event = e, IsUnmap = true };
        foreach (VmState vm in _vms)
        {
            foreach (SlotGfns part in vm.PartsOf(e.A, e.B))
            {
                for (ulong gfn = vm.Root.NextPopulated(part.Gfns.Start.Value, part.Gfns.End.Value); gfn < part.Gfns.End.Value;)
                {
                    EntryRef at = vm.Root.Find(gfn);
                    if (vm.IsLeaf(at))
                    {
                        call.Entries[(vm, gfn & ~((1UL << (9 * (at.Level - 1))) - 1), at.Level)] = default;
                    }
                    gfn = vm.Root.NextPopulated(gfn + at.PagesLeft(gfn), part.Gfns.End.Value);
                }
            }
        }
        _calls[e.Task] = call;
    }

    private void CloseCall(string task)
    {
        if (!_calls.Remove(task, out OpenCall? call))
        {
            return;
        }
        if (call.IsUnmap)
        {
            if (call.Entries.Count == 0)
            {
                _result.Count(Explained.UnmapComplete);
                return;
            }
            ((VmState vm, ulong gfn, int level), _) = call.Entries.First();
            _result.Count(Explained.UnmapLeftLeafs, $"{call.Event.TimestampNs} {call.Entries.Count} leafs, first gfn {gfn:x} level {level}");
            return;
        }
        foreach ((VmState vm, ulong gfn, int level, bool first, long pages) in call.Cleared)
        {
            CountAnswer(vm, gfn, level, first ? 1 : 2, pages);
        }
        foreach (((VmState vm, ulong gfn, int level), Answer answer) in call.Entries)
        {
            // Entries with a recorded clear were taken out; what is left was old in the kernel.
            CountAnswer(vm, gfn, level, 0, answer.Data ? answer.Pages : 0);
            if (!answer.Young)
            {
                _result.Count(Explained.AnswerSame);
                continue;
            }
            Explained kind = !answer.Data ? Explained.AnswerWithoutTruth
                : vm.OrderOpen(gfn, level, call.Event.TimestampNs) ? Explained.AnswerWithinSlack
                : Explained.AnswerContradicted;
            _result.FalseOld += answer.Data ? 1 : 0;
            _result.Count(kind, $"{call.Event.TimestampNs} model young, kernel old, gfn {gfn:x}");
            // The access came after the clear: its bit is still there.
            vm.Vm.Tdp!.Touch(0, gfn, false);
        }
    }
}
