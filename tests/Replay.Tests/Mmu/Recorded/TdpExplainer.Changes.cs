using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

internal sealed partial class TdpExplainer
{
    private void Change(in RecordedEvent e)
    {
        VmState vm = VmOf(e);
        bool wasPresent = (e.C & MmuPresent) != 0;
        bool isPresent = (e.B & MmuPresent) != 0;
        bool wasLeaf = wasPresent && IsLeaf(e.C, e.Level);
        bool isLeaf = isPresent && IsLeaf(e.B, e.Level);
        if (wasLeaf)
        {
            CheckOldValue(vm, e);
        }
        if (!wasLeaf && isLeaf)
        {
            Map(vm, e);
        }
        else if (wasLeaf && !isPresent)
        {
            Zap(vm, e);
        }
        else if (wasLeaf && isLeaf && (e.C & ~e.B & Accessed) != 0)
        {
            Cleared(vm, e);
        }
        else if (wasLeaf && isLeaf)
        {
            vm.Rewrite(e.A, e.Level, e.B);
            ResolveFault(e.Task, e.A, e.Level, Explained.FaultMapped);
        }
        else if (wasLeaf && isPresent)
        {
            // Huge leaf to table: the 512 children appear without an event.
            vm.Split(e.A, e.Level, e.C);
            ResolveFault(e.Task, e.A, e.Level, Explained.FaultMapped);
        }
    }

    private void CheckOldValue(VmState vm, in RecordedEvent e)
    {
        if (!vm.Last(e.A, e.Level, PfnOf(e.C), out ulong last))
        {
            _result.Count(Explained.ZapOfUnmapped, $"{e.TimestampNs} gfn {e.A:x} level {e.Level} old {e.C:x}: no such leaf");
            return;
        }
        bool follows = (e.C & ~(Accessed | Dirty)) == (last & ~(Accessed | Dirty)) && (last & ~e.C & (Accessed | Dirty)) == 0;
        if (follows)
        {
            _result.Count(Explained.OldValueFollows);
            return;
        }
        _result.Count(Explained.OldValueDiffers, $"{e.TimestampNs} gfn {e.A:x} level {e.Level} old {e.C:x} last {last:x}");
    }

    private void Map(VmState vm, in RecordedEvent e)
    {
        bool byFault = ResolveFault(e.Task, e.A, e.Level, Explained.FaultMapped);
        bool merged = !byFault && (e.C & MmuPresent) != 0 && vm.InAction("dirtylog", e.TimestampNs);
        vm.Map(e.A, e.Level, e.B, fresh: (e.B & Accessed) != 0);
        if (byFault || merged)
        {
            _result.Count(byFault ? Explained.MapByFault : Explained.MapByMerge);
            return;
        }
        _result.Count(Explained.MapWithoutFault, $"{e.TimestampNs} {e.Task} gfn {e.A:x} level {e.Level}");
    }

    private void Cleared(VmState vm, in RecordedEvent e)
    {
        if (!_calls.TryGetValue(e.Task, out OpenCall? call) || call.IsUnmap || !call.Entries.Remove((vm, e.A, e.Level), out Answer answer))
        {
            _result.Count(Explained.ClearWithoutCall, $"{e.TimestampNs} {e.Task} gfn {e.A:x}");
            vm.Rewrite(e.A, e.Level, e.B);
            return;
        }
        bool first = vm.FirstClear(e.A, e.Level);
        bool open = vm.OrderOpen(e.A, e.Level, e.TimestampNs);
        if (answer.Data)
        {
            call.Cleared.Add((vm, e.A, e.Level, first, answer.Pages));
        }
        vm.Cleared(e.A, e.Level, e.B, e.TimestampNs);
        if (answer.Young)
        {
            _result.Count(Explained.AnswerSame);
            return;
        }
        Explained kind = !answer.Data ? Explained.AnswerWithoutTruth
            : open ? Explained.AnswerWithinSlack
            : Explained.AnswerContradicted;
        _result.FalseYoung += answer.Data ? 1 : 0;
        _result.Count(kind, $"{e.TimestampNs} model old, kernel young, gfn {e.A:x}");
    }

    private void Zap(VmState vm, in RecordedEvent e)
    {
        if (_calls.TryGetValue(e.Task, out OpenCall? call) && call.IsUnmap)
        {
            call.Entries.Remove((vm, e.A, e.Level));
        }
        if (vm.Zap(e.A, e.Level, PfnOf(e.C)) is not { } young)
        {
            return;
        }
        bool kernel = (e.C & Accessed) != 0;
        if (young == kernel)
        {
            _result.Count(Explained.ZapBitSame);
            return;
        }
        Explained kind = !vm.HasTruth(e.A) ? Explained.ZapBitWithoutTruth
            : vm.OrderOpen(e.A, e.Level, e.TimestampNs) ? Explained.ZapBitWithinSlack
            : Explained.ZapBitContradicted;
        _result.Count(kind, $"{e.TimestampNs} gfn {e.A:x} level {e.Level} model {young} kernel {kernel}");
    }

    private void Fault(in RecordedEvent e)
    {
        ulong gfn = e.A >> 12;
        if (_faults.Remove(e.Task, out OpenFault? before))
        {
            bool mapped = before.Vm.IsLeaf(before.Vm.Root.Find(before.Gfn));
            if (before.Gfn == gfn || before.Requested || mapped)
            {
                Close(before, before.Gfn == gfn ? Explained.FaultRepeated : before.Requested ? Explained.FaultSpurious : Explained.FaultMappedByOther);
            }
            else if (before.Reserved && before.Vm.IsMmio(before.Gfn))
            {
                // The vCPU remembers the last MMIO frame and asks no entry for it (mmio_info_in_cache, arch/x86/kvm/x86.h).
                Close(before, Explained.FaultMmio);
            }
            else
            {
                _left.Add((e.Task, before.Gfn, before));
            }
        }
        // The fault was given up for reclaim, and the guest needed other pages to run its instruction once more.
        string task = e.Task;
        int again = _left.FindIndex(l => l.Task == task && l.Gfn == gfn);
        if (again >= 0)
        {
            Close(_left[again].Fault, Explained.FaultRepeated);
            _left.RemoveAt(again);
        }
        VmState vm = VmOf(e);
        _faults[e.Task] = new OpenFault(vm, gfn, e.TimestampNs, (e.B & ReservedBit) != 0);
    }

    private void FastFault(in RecordedEvent e)
    {
        VmState vm = VmOf(e);
        if (e.Level != 0)
        {
            vm.Fixed(e.A >> 12, e.B);
        }
        if (_faults.TryGetValue(e.Task, out OpenFault? fault) && fault.Gfn == e.A >> 12 && (e.Level != 0 || e.AddressSpace != 0))
        {
            _faults.Remove(e.Task);
            Close(fault, e.Level != 0 ? Explained.FaultFastFixed : Explained.FaultSpurious);
        }
    }

    private void Mmio(in RecordedEvent e)
    {
        VmState vm = VmOf(e);
        if (e.Kind == RecordedKind.MmioHandled)
        {
            ResolveFault(e.Task, e.A, 1, Explained.FaultMmio);
            return;
        }
        bool same;
        if (e.Kind == RecordedKind.MmioMark)
        {
            ResolveFault(e.Task, e.A, 1, Explained.FaultMmio);
            MmioOutcome outcome = vm.Vm.TouchMmio(new Gfn(e.A), (int)e.B);
            same = outcome.KvmGeneration == e.C && outcome.Check != MmioCheck.Valid;
        }
        else
        {
            ulong kept = vm.Vm.Mmio.DecodeGeneration(e.A);
            bool valid = vm.Vm.Mmio.IsValid(kept, vm.Vm.Generations[0]);
            ulong gfn = (e.A >> 12) & ((1UL << 39) - 1);
            EntryRef at = vm.Root.Find(gfn);
            bool known = at.Level == 1 && vm.Root.Tables.Has(at.Table, at.Index, EntryPlane.Special)
                && vm.Root.Tables.Value(at.Table, at.Index) == e.A;
            same = kept == e.C && valid == (e.Level != 0) && (vm.Vm.Generations[0] & vm.Vm.Mmio.Mask) == e.B && known;
        }
        _result.Count(same ? Explained.MmioAsModelled : Explained.MmioContradicted, $"{e.TimestampNs} {e.Kind} {e.A:x} {e.B:x} {e.C:x} model gen {vm.Vm.Generations[0]:x}");
    }

    private bool ResolveFault(string task, ulong gfn, int level, Explained kind)
    {
        int shift = 9 * (level - 1);
        if (!_faults.TryGetValue(task, out OpenFault? fault) || fault.Gfn >> shift != gfn >> shift)
        {
            return false;
        }
        _faults.Remove(task);
        Close(fault, kind);
        return true;
    }

    private void Close(OpenFault fault, Explained kind)
    {
        if (kind == Explained.FaultUnexplained)
        {
            _result.Count(kind, $"{fault.TimestampNs} gfn {fault.Gfn:x}");
        }
        else
        {
            _result.Count(kind);
        }
    }

    private static bool IsLeaf(ulong spte, int level) => (spte & MmuPresent) != 0 && (level == 1 || (spte & 0x80) != 0);

    private static ulong PfnOf(ulong spte) => (spte >> 12) & ((1UL << 40) - 1);

    private readonly record struct Answer(bool Young, bool Data, long Pages);

    private sealed class OpenCall
    {
        public RecordedEvent Event { get; init; }

        public bool IsUnmap { get; init; }

        public Dictionary<(VmState Vm, ulong Gfn, int Level), Answer> Entries { get; } = [];

        /// <summary>Entries of data slots that were recorded as cleared.</summary>
        public List<(VmState Vm, ulong Gfn, int Level, bool First, long Pages)> Cleared { get; } = [];
    }

    private sealed class OpenFault(VmState vm, ulong gfn, long timestampNs, bool reserved)
    {
        public bool Reserved { get; } = reserved;

        public VmState Vm { get; } = vm;

        public ulong Gfn { get; } = gfn;

        public long TimestampNs { get; } = timestampNs;

        public bool Requested { get; set; }
    }
}
