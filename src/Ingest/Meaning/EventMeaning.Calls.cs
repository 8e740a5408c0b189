using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

// Calls on an hva: which memslot they fall in, and what their outcomes say.
internal sealed partial class EventMeaning
{
    private MemslotSpan? JoinHva(ref TraceEvent e, TaskRecord? task)
    {
        if (_state.Memslots.IsEmpty)
        {
            int vm = task?.Role is "vcpu" or "vmm" ? _state.Vms.OfProcess(task) : -1;
            e.SetVm(vm);
            if (vm < 0 && _state.Vms.HasSeveralProcesses)
            {
                _state.Context.Repair(RepairKind.VmAmbiguous);
            }
            return null;
        }
        ulong end = e.Has(EventColumn.End) && e.End > e.Start ? e.End : e.Start + 1;
        MemslotSpan? slot = _state.Memslots.FindHva(e.Start, end, e.TsNs, out bool ambiguous);
        if (ambiguous)
        {
            _state.Context.Repair(RepairKind.VmAmbiguous);
        }
        if (slot is null)
        {
            return null;
        }
        e.Slot = slot.Slot;
        e.SetVm(slot.Vm);
        e.Gfn = slot.Gfn + ((e.Start - slot.Hva) >> 12);
        if (e.Has(EventColumn.End) && e.End > e.Start)
        {
            e.Npages = (long)((e.End - e.Start + 0xfff) >> 12);
        }
        return slot;
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
        // Until the task goes on, clears of the range may still follow.
        e.N7 = counts ? 1 : 0;
        e.N0 = 0;
        e.N1 = 0;
        task.PendingSlot = slot;
        _pending.Add(slot);
        Order.Wait(slot);
    }

    // N0 and N1 of a waiting call count the pages cleared so far, first and further ones since their mapping; they are not stored.
    private void Answer(TaskRecord task)
    {
        int slot = task.PendingSlot;
        task.PendingSlot = -1;
        _pending.Remove(slot);
        ref TraceEvent e = ref Order[slot];
        long pages = Math.Max(1, e.Has(EventColumn.Npages) ? e.Npages : 1);
        long cleared = e.N0 + e.N1;
        bool counts = e.N7 != 0;
        if (counts)
        {
            Answers.YoungFirstAfterMap += e.N0;
            Answers.YoungAgain += e.N1;
        }
        if (cleared > 0)
        {
            e.Young = true;
            e.YoungSrc = YoungSource.SptePair;
        }
        bool certain = !_gaps.AnyOpen && !_shadowPages;
        long old = 0;
        long notMapped = 0;
        int asId = 0;
        for (long i = 0; i < pages && pages - i > 0; i++)
        {
            PageAnswer answer = Look(e.Has(EventColumn.Vm) ? e.Vm : -1, asId, e.Gfn + (ulong)i, certain);
            old += answer == PageAnswer.Old ? 1 : 0;
            notMapped += answer == PageAnswer.NotMapped ? 1 : 0;
        }
        // A page cleared by this call looks mapped and old afterwards: take it out again.
        old = Math.Max(0, old - cleared);
        if (cleared == 0 && old > 0 && old + notMapped == pages)
        {
            e.Young = false;
            e.YoungSrc = YoungSource.Absence;
        }
        if (counts)
        {
            Answers.Old += old;
            Answers.NotMapped += notMapped;
            Answers.Unknown += Math.Max(0, pages - cleared - old - notMapped);
        }
        e.Unset(EventColumn.N0);
        e.Unset(EventColumn.N1);
        e.Unset(EventColumn.N7);
        Order.Settle(slot);
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
