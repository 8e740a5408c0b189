using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

// Calls on an hva: which memslot they fall in, and what their outcomes say.
internal sealed partial class EventMeaning
{
    private const long LargestMapping = 1 << 18;
    private readonly List<MemslotPart> _parts = [];

    private MemslotSpan? JoinHva(ref TraceEvent e, TaskRecord? task)
    {
        if (_state.Memslots.IsEmpty)
        {
            int vm = task is null ? -1 : _state.Vms.OfProcess(task);
            e.SetVm(vm);
            if (vm < 0 && _state.Vms.HasSeveralProcesses)
            {
                _state.Context.Repair(RepairKind.VmAmbiguous);
            }
            return null;
        }
        ulong end = e.Has(EventColumn.End) && e.End > e.Start ? e.End : e.Start + 1;
        MemslotSpan? slot = _state.Memslots.FindHva(e.Start, end, e.TsNs, e.Has(EventColumn.Mm) ? e.Mm : 0, _parts, out bool ambiguous);
        if (ambiguous)
        {
            _state.Context.Repair(RepairKind.VmAmbiguous);
        }
        if (slot is null)
        {
            return null;
        }
        e.SetVm(slot.Vm);
        if (e.Start < slot.Hva || end > slot.HvaEnd || _parts.Count != 1)
        {
            // Of several slots, or also of memory that is none of the guest's: no one frame stands for it.
            return slot;
        }
        e.Slot = slot.Slot;
        e.Gfn = _parts[0].Gfn;
        if (e.Has(EventColumn.End) && e.End > e.Start)
        {
            e.Npages = (long)((e.End - e.Start + 0xfff) >> 12);
        }
        return slot;
    }

    // Any process swaps in at any address: only the mm tells that this one is the guest's memory.
    private void JoinSwapIn(ref TraceEvent e, TaskRecord? task)
    {
        if (e.Space == AddressSpaceKind.Hva && e.Has(EventColumn.Mm) && !_state.Memslots.IsEmpty
            && _state.Memslots.FindHva(e.Start, e.Start + 1, e.TsNs, e.Mm, _parts, out _) is { } slot && slot.Mm == e.Mm)
        {
            JoinHva(ref e, task);
        }
    }

    // A dirty ring names the page by slot and offset.
    private void JoinOffset(ref TraceEvent e)
    {
        if (e.Op == TraceEventOp.RingPush && e.Has(EventColumn.Vm)
            && _state.Memslots.FindId(e.Vm, e.AsId, e.Slot, e.TsNs) is { } memslot && (ulong)e.N0 < memslot.Npages)
        {
            e.Gfn = memslot.Gfn + (ulong)e.N0;
        }
    }

    private void Age(int slot, ref TraceEvent e, TaskRecord? task)
    {
        MemslotSpan? memslot = JoinHva(ref e, task);
        if (e.Op != TraceEventOp.Clear)
        {
            Answers.TestCalls++;
            if (task is not null)
            {
                task.TestCalls++;
            }
            return;
        }
        Answers.AgingCalls++;
        if (task is not null)
        {
            task.AgingCalls++;
        }
        if (memslot is null)
        {
            Answers.NotGuestMemory += _state.Memslots.IsEmpty ? 0 : 1;
            return;
        }
        bool counts = _state.CountsAnswers(memslot);
        Answers.NotGuestMemory += counts ? 0 : 1;
        if (task is null || e.Has(EventColumn.Young))
        {
            return;
        }
        OpenCall call = task.Call;
        task.MayBeAsking = true;
        call.IsOpen = counts;
        call.Vm = e.Has(EventColumn.Vm) ? e.Vm : -1;
        call.Take(_parts);
        if (counts)
        {
            call.Place = _openCalls.Count;
            _openCalls.Add(call);
        }
        // Until the task goes on, clears of the range may still follow.
        task.PendingSlot = slot;
        _pending.Add(slot);
        Order.Wait(slot);
    }

    // The thread goes on: its call is over.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Close(TaskRecord task)
    {
        task.MayBeAsking = false;
        if (task.PendingSlot >= 0)
        {
            Answer(task);
        }
        if (task.Call.IsOpen)
        {
            Tally(task.Call);
        }
    }

    private void Answer(TaskRecord task)
    {
        int slot = task.PendingSlot;
        task.PendingSlot = -1;
        _pending.Remove(slot);
        ref TraceEvent e = ref Order[slot];
        OpenCall call = task.Call;
        if (call.Cleared.Count > 0)
        {
            e.Young = true;
            e.YoungSrc = YoungSource.SptePair;
        }
        else
        {
            (long old, long notMapped) = LookAt(call);
            if (old > 0 && old + notMapped == call.Pages)
            {
                e.Young = false;
                e.YoungSrc = YoungSource.Absence;
            }
        }
        Order.Settle(slot);
    }

    private void Tally(OpenCall call)
    {
        call.IsOpen = false;
        _openCalls[call.Place] = _openCalls[^1];
        _openCalls[call.Place].Place = call.Place;
        _openCalls.RemoveAt(_openCalls.Count - 1);
        (long old, long notMapped) = LookAt(call);
        long zapped = 0;
        foreach ((ulong from, ulong to, int asId, bool first) in call.Cleared)
        {
            // A page that another task zapped while the call was open counts as not mapped, whatever the call had found.
            bool isZapped = Look(call.Vm, asId, from, certain: false) == PageAnswer.NotMapped;
            long pages = (long)(to - from);
            zapped += isZapped ? pages : 0;
            Answers.YoungFirstAfterMap += first && !isZapped ? pages : 0;
            Answers.YoungAgain += first || isZapped ? 0 : pages;
        }
        long young = call.ClearedPages - zapped;
        // A page cleared by this call looks mapped and old afterwards: take it out again.
        old = Math.Max(0, old - young);
        Answers.Old += old;
        Answers.NotMapped += notMapped;
        Answers.Unknown += Math.Max(0, call.Pages - young - old - notMapped);
    }

    private (long Old, long NotMapped) LookAt(OpenCall call)
    {
        bool certain = !_gaps.AnyOpen && !_shadowPages;
        long old = 0;
        long notMapped = 0;
        if (call.Pages > LargestMapping)
        {
            // mm asks one mapping at a time, 1 GiB at most; what asks for more is not mm, and its pages stay unknown.
            return (0, 0);
        }
        foreach (MemslotPart part in call.Parts)
        {
            for (long i = 0; i < part.Pages; i++)
            {
                PageAnswer answer = Look(call.Vm, 0, part.Gfn + (ulong)i, certain);
                old += answer == PageAnswer.Old ? 1 : 0;
                notMapped += answer == PageAnswer.NotMapped ? 1 : 0;
            }
        }
        return (old, notMapped);
    }

    private PageAnswer Look(int vm, int asId, ulong gfn, bool certain)
    {
        for (int level = 1; level <= 3; level++)
        {
            ulong first = gfn & ~((1UL << (9 * (level - 1))) - 1);
            ref LeafState leaf = ref _leaves.Find(LeafTable.KeyOf(vm, asId, level, first));
            if (leaf.Key == 0 || !leaf.Known)
            {
                continue;
            }
            if (leaf.Spte == 0)
            {
                if (level == 1 && leaf.GapEpoch == _gaps.Epoch && !AnyHuge(vm, asId, gfn))
                {
                    return PageAnswer.NotMapped;
                }
                continue;
            }
            if (!certain || leaf.GapEpoch != _gaps.Epoch)
            {
                return PageAnswer.Unknown;
            }
            return PageAnswer.Old;
        }
        return certain && _gaps.Epoch == 0 && _state.BeganEmpty(vm) ? PageAnswer.NotMapped : PageAnswer.Unknown;
    }

    private bool AnyHuge(int vm, int asId, ulong gfn)
    {
        for (int level = 2; level <= 3; level++)
        {
            ref LeafState leaf = ref _leaves.Find(LeafTable.KeyOf(vm, asId, level, gfn & ~((1UL << (9 * (level - 1))) - 1)));
            if (leaf.Key != 0 && leaf.Spte != 0)
            {
                return true;
            }
        }
        return false;
    }
}
