using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>
/// Captures whose aging leaves no event (x86 shadow MMU, arm64): the model is fed by the recorded maps and unmaps and by the true accesses, and
/// every fault must be one that the model would have taken, for the recorded reason.
/// </summary>
internal sealed class FaultExplainer
{
    private readonly RecordedCapture _capture;
    private readonly ExplainedCapture _result;
    private readonly List<VmFaults> _vms = [];
    private readonly Dictionary<string, VmFaults> _vmOfTask = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (VmFaults Vm, ulong Frame, bool Present, long At)> _faults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ulong Gfn, long At)> _mappedAt = new(StringComparer.Ordinal);
    private readonly MmuNotifier _notifier = new(new KvmRules());

    public FaultExplainer(RecordedCapture capture, bool arm64, bool hardwareAf)
    {
        _capture = capture;
        _result = new ExplainedCapture { Name = capture.Name };
        foreach (RecordedVm vm in capture.Vms)
        {
            var config = new KvmConfig
            {
                Arch = arm64 ? KvmArch.Arm64 : KvmArch.X86,
                TdpMmuEnabled = false,
                AdBits = !arm64 || hardwareAf,
                AddressSpaces = arm64 ? 1 : 2,
                MmioGenerationBits = 19,
            };
            _vms.Add(new VmFaults(vm, config, _notifier));
        }
        ResolveTasks();
    }

    public ExplainedCapture Run()
    {
        foreach (RecordedEvent e in _capture.Events)
        {
            if (e.Kind is RecordedKind.PageFault or RecordedKind.GuestFault)
            {
                _vmOfTask[e.Task].NoteFault(e.A >> 12, e.TimestampNs);
            }
        }
        foreach (RecordedEvent e in _capture.Events)
        {
            foreach (VmFaults vm in _vms)
            {
                vm.ApplyActions(e.TimestampNs, _notifier);
                FeedTruth(vm, e.TimestampNs);
            }
            Handle(e);
        }
        foreach (VmFaults vm in _vms)
        {
            FeedTruth(vm, long.MaxValue);
        }
        foreach ((VmFaults _, ulong frame, bool _, long at) in _faults.Values)
        {
            _result.Count(Explained.FaultUnexplained, $"{at} frame {frame:x} open at the end");
        }
        return _result;
    }

    private void ResolveTasks()
    {
        foreach (IGrouping<string, RecordedEvent> task in _capture.Events
            .Where(e => e.Kind is RecordedKind.PageFault or RecordedKind.GuestFault).GroupBy(e => e.Task))
        {
            _vmOfTask[task.Key] = _vms.MaxBy(vm => task.Count(e => vm.TouchedNear(e.A >> 12, e.TimestampNs)))!;
        }
    }

    private void FeedTruth(VmFaults vm, long until)
    {
        List<RecordedTouch> touches = vm.Recorded.Touches;
        while (vm.NextTouch < touches.Count && touches[vm.NextTouch].TimestampNs <= until)
        {
            RecordedTouch touch = touches[vm.NextTouch++];
            if (touch.Mmio)
            {
                continue;
            }
            TouchResult result = vm.Access(touch.Gfn, touch.Write);
            bool faulted = vm.FaultNear(touch.Gfn, touch.TimestampNs) || _faults.Values.Any(f => f.Vm == vm && f.Frame == touch.Gfn);
            if (result == TouchResult.Hit)
            {
                _result.Count(Explained.TouchOfMapped);
            }
            else if (faulted)
            {
                _result.Count(Explained.TouchWithFault);
            }
            else
            {
                _result.Count(Explained.TouchUnexplained, $"{touch.TimestampNs} gfn {touch.Gfn:x} model {result}");
            }
        }
    }

    private void Handle(in RecordedEvent e)
    {
        switch (e.Kind)
        {
            case RecordedKind.AgeHva:
                _result.AgingCalls++;
                foreach (VmFaults vm in _vms)
                {
                    vm.Age(e.A, e.B, e.TimestampNs);
                }
                break;
            case RecordedKind.UnmapHva:
                foreach (VmFaults vm in _vms)
                {
                    foreach (SlotGfns part in vm.PartsOf(e.A, e.B))
                    {
                        vm.Zap(part, e.TimestampNs);
                    }
                }
                _result.Count(Explained.UnmapComplete);
                break;
            case RecordedKind.PageFault:
                ShadowFault(e);
                break;
            case RecordedKind.SetSpte:
                ShadowMap(e);
                break;
            case RecordedKind.GuestFault:
                GuestFault(e);
                break;
            case RecordedKind.AccessFault:
                AccessFault(e);
                break;
            case RecordedKind.ZapAllFast:
                long now = e.TimestampNs;
                VmFaults? zapped = _vms.FirstOrDefault(vm => vm.InSlotAction(now));
                _result.Count(zapped is null ? Explained.SlotChangeUnexplained : Explained.SlotChange);
                zapped?.ZapAll();
                break;
            case RecordedKind.MmioMark or RecordedKind.MmioCheck or RecordedKind.MmioHandled:
                Mmio(e);
                break;
            case RecordedKind.FastPageFault:
                if (_faults.Remove(e.Task))
                {
                    _result.Count(Explained.FaultFastFixed);
                }
                break;
            default:
                break;
        }
    }

    private void ShadowFault(in RecordedEvent e)
    {
        VmFaults vm = _vmOfTask[e.Task];
        ulong frame = e.A >> 12;
        bool present = (e.B & 1) != 0;
        if (_faults.Remove(e.Task, out (VmFaults Vm, ulong Frame, bool Present, long At) before))
        {
            _result.Count(
                before.Frame == frame ? Explained.FaultRepeated : before.Vm.IsMapped(before.Frame) ? Explained.FaultMappedByOther : Explained.FaultUnexplained,
                $"{before.At} frame {before.Frame:x}");
        }
        _faults[e.Task] = (vm, frame, present, e.TimestampNs);
    }

    private void ShadowMap(in RecordedEvent e)
    {
        VmFaults vm = _vmOfTask.TryGetValue(e.Task, out VmFaults? known) ? known : _vms[0];
        if (!_faults.Remove(e.Task, out (VmFaults Vm, ulong Frame, bool Present, long At) fault))
        {
            bool prefetch = _mappedAt.TryGetValue(e.Task, out (ulong Gfn, long At) last) && last.Gfn >> 3 == e.A >> 3
                && e.TimestampNs - last.At <= TdpExplainer.SlackNs;
            _result.Count(prefetch ? Explained.MapByPrefetch : Explained.MapWithoutFault, $"{e.TimestampNs} gfn {e.A:x}");
            vm.Map(e.A, e.A, e.Level, (e.B & 2) != 0, prefetch);
            return;
        }
        _mappedAt[e.Task] = (e.A, e.TimestampNs);
        _result.Count(Explained.MapByFault);
        bool mapped = vm.IsMapped(fault.Frame);
        // The error code says whether an entry was there; it must be so in the model.
        _result.Count(
            mapped == fault.Present || vm.RecentlyZapped(fault.Frame, fault.At) ? Explained.FaultMapped : Explained.FaultUnexplained,
            $"{e.TimestampNs} frame {fault.Frame:x} gfn {e.A:x} present {fault.Present} model {mapped}");
        vm.Map(fault.Frame, e.A, e.Level, (e.B & 2) != 0);
    }

    private void GuestFault(in RecordedEvent e)
    {
        VmFaults vm = _vmOfTask[e.Task];
        ulong gfn = e.A >> 12;
        if (vm.Vm.SlotsOf(0).Find(new Gfn(gfn)) is null)
        {
            _result.Count(Explained.FaultMmio);
            return;
        }
        int cause = (int)(e.B >> 2) & 15;
        bool mapped = vm.IsMapped(gfn);
        bool right = cause switch
        {
            1 => !mapped,
            2 => mapped && !vm.IsYoung(gfn),
            3 => mapped,
            _ => false,
        };
        bool open = vm.RecentlyZapped(gfn, e.TimestampNs) || vm.OrderOpen(gfn, e.TimestampNs);
        _result.Count(
            right ? (cause == 2 ? Explained.FaultFastFixed : Explained.FaultMapped) : open ? Explained.FaultRepeated : Explained.FaultUnexplained,
            $"{e.TimestampNs} gfn {gfn:x} cause {cause} model {(mapped ? vm.IsYoung(gfn) ? "young" : "old" : "unmapped")}");
        if (cause != 2)
        {
            // A load maps writable too where the host entry allows stores; a permission fault would tell otherwise.
            vm.Map(gfn, gfn, 1, writable: true);
        }
    }

    private void AccessFault(in RecordedEvent e)
    {
        VmFaults vm = _vmOfTask.TryGetValue(e.Task, out VmFaults? known) ? known : _vms[0];
        vm.Access(e.A >> 12, write: false);
    }

    private void Mmio(in RecordedEvent e)
    {
        VmFaults vm = _vmOfTask.TryGetValue(e.Task, out VmFaults? known) ? known : _vms[0];
        if (e.Kind == RecordedKind.MmioHandled)
        {
            Resolve(e.Task);
            return;
        }
        bool same;
        if (e.Kind == RecordedKind.MmioMark)
        {
            Resolve(e.Task);
            same = e.C == (vm.Vm.Generations[0] & vm.Vm.Mmio.Mask);
        }
        else
        {
            ulong kept = vm.Vm.Mmio.DecodeGeneration(e.A);
            same = kept == e.C && (vm.Vm.Generations[0] & vm.Vm.Mmio.Mask) == e.B && vm.Vm.Mmio.IsValid(kept, vm.Vm.Generations[0]) == (e.Level != 0);
        }
        _result.Count(same ? Explained.MmioAsModelled : Explained.MmioContradicted, $"{e.TimestampNs} {e.Kind} {e.A:x} {e.B:x} {e.C:x} model gen {vm.Vm.Generations[0]:x}");
    }

    private void Resolve(string task)
    {
        if (_faults.Remove(task))
        {
            _result.Count(Explained.FaultMmio);
        }
    }
}
