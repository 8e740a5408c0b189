using SecondLook.Contracts.Events;
using SecondLook.Ingest.Ordering;

namespace SecondLook.Ingest.Meaning;

/// <summary>
/// Completes events in global order with what no single record tells: what an SPTE change was, which guest frame and VM an hva belongs to,
/// and what an aging call answered.
/// </summary>
/// <remarks>
/// Answers follow ruling 1 of product.md 11 and inference.md 2 and 5: young when a young_cleared of the range follows in the same task
/// before its next other event; old when none follows, the leaf is known to be mapped by the TDP MMU, no shadow page exists and no gap
/// lies since the leaf was last certain; else unknown (null).
/// </remarks>
internal sealed class EventMeaning : IEventStep
{
    private const int RootLevel = 4;
    private readonly IngestState _state;
    private readonly IEventSink _sink;
    private readonly LeafTable _leaves = new();
    private readonly GapState _gaps;
    private readonly List<int> _pending = [];
    private readonly Dictionary<ulong, int> _tableOwners = [];
    private ulong _freezeGfn;
    private int _freezeLevel;
    private bool _freezeSeen;
    private bool _shadowPages;

    public EventMeaning(IngestState state, IEventSink sink)
    {
        _state = state;
        _sink = sink;
        _gaps = new GapState(state);
    }

    /// <summary>The window that this step serves; set once.</summary>
    public EventOrder Order { get; set; } = null!;

    private AnswerCounts Answers => _state.Answers;

    /// <inheritdoc/>
    public void Process(int slot, ref TraceEvent e)
    {
        if (_state.Streams[e.Stream].IsGuest)
        {
            return;
        }
        TaskRecord? task = Order.TaskOf(slot);
        TraceEventKind kind = e.Kind;
        if (task is not null && task.PendingSlot >= 0 && kind != TraceEventKind.SpteChange)
        {
            Answer(task);
        }
        if (kind == TraceEventKind.Gap)
        {
            _gaps.Open(ref e);
            return;
        }
        _gaps.See(ref e);
        switch (kind)
        {
            case TraceEventKind.SpteChange:
                Change(ref e, task);
                break;
            case TraceEventKind.Age:
                Age(slot, ref e, task);
                break;
            case TraceEventKind.Invalidate:
            case TraceEventKind.ChangePte:
                JoinHva(ref e, task);
                break;
            case TraceEventKind.GuestFault:
                e.SetVm(VmOfTask(task));
                if (e.Op == TraceEventOp.FastFixed && e.Space == AddressSpaceKind.Gpa)
                {
                    FastFix(ref e);
                }
                break;
            case TraceEventKind.SpGet:
                _shadowPages |= e.Has(EventColumn.N0) && e.N0 == 0;
                e.SetVm(VmOfTask(task));
                break;
            case TraceEventKind.SpteSet or TraceEventKind.MapRequest or TraceEventKind.VcpuEntry or TraceEventKind.VcpuExit
                or TraceEventKind.Mmio or TraceEventKind.MmioSpte or TraceEventKind.AsyncPf or TraceEventKind.GuestWalk
                or TraceEventKind.Dirty or TraceEventKind.SpZap or TraceEventKind.SpSync or TraceEventKind.SpUnsync or TraceEventKind.Split:
                e.SetVm(VmOfTask(task));
                break;
        }
    }

    /// <inheritdoc/>
    public void SettleOldest()
    {
        if (_pending.Count > 0)
        {
            Answer(Order.TaskOf(_pending[0])!);
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        while (_pending.Count > 0)
        {
            Answer(Order.TaskOf(_pending[0])!);
        }
        _gaps.Finish();
    }

    /// <inheritdoc/>
    public void Emit(TraceEvent[] events, ReadOnlySpan<int> slots) => _sink.Accept(events, slots);

    private int VmOfTask(TaskRecord? task)
    {
        if (_state.Memslots.VmCount == 1)
        {
            return 0;
        }
        if (task is null)
        {
            return -1;
        }
        return task.Vm >= 0 ? task.Vm : _state.Vms.OfProcess(task);
    }

    // With several VMs: the thread's own VM, else the VM whose entry held the old value's frame, else that of the thread's change before.
    private int VmOfChange(ref TraceEvent e, TaskRecord? task)
    {
        int vm = VmOfTask(task);
        if (_state.Memslots.VmCount < 2)
        {
            return vm;
        }
        if (vm < 0 && SpteLayout.IsPresent(e.OldSpte))
        {
            vm = OwnerOf(SpteLayout.PfnOf(e.OldSpte), ref e);
        }
        else if (vm < 0)
        {
            vm = task?.LastChangeVm ?? -1;
        }
        if (vm >= 0 && SpteLayout.IsPresent(e.NewSpte) && !SpteLayout.IsLeaf(e.NewSpte, e.Level))
        {
            _tableOwners[SpteLayout.PfnOf(e.NewSpte)] = vm;
        }
        if (task is not null)
        {
            task.LastChangeVm = vm;
        }
        return vm;
    }

    private int OwnerOf(ulong pfn, ref TraceEvent e)
    {
        if (!SpteLayout.IsLeaf(e.OldSpte, e.Level))
        {
            return _tableOwners.TryGetValue(pfn, out int owner) ? owner : -1;
        }
        for (int vm = 0; vm < _state.Memslots.VmCount; vm++)
        {
            ref LeafState leaf = ref _leaves.Find(LeafTable.KeyOf(vm, e.AsId, e.Level, e.Gfn));
            if (leaf.Key != 0 && ((leaf.Spte != 0 && SpteLayout.PfnOf(leaf.Spte) == pfn) || (leaf.OldRootSpte != 0 && SpteLayout.PfnOf(leaf.OldRootSpte) == pfn)))
            {
                return vm;
            }
        }
        return -1;
    }

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

    private void Change(ref TraceEvent e, TaskRecord? task)
    {
        SpteFormat format = _state.SpteFormatOf(e.Stream);
        TraceEventOp op = SpteLayout.Classify(e.OldSpte, e.NewSpte, e.Level, format);
        int level = e.Level;
        if (op == TraceEventOp.Replace && !SpteLayout.IsLeaf(e.OldSpte, level) && SpteLayout.IsLeaf(e.NewSpte, level)
            && _freezeSeen && _freezeLevel == level - 1 && _freezeGfn - e.Gfn < 1UL << (9 * (level - 1)))
        {
            op = TraceEventOp.Collapse;
        }
        _freezeSeen = op == TraceEventOp.Freeze;
        if (_freezeSeen)
        {
            _freezeGfn = e.Gfn;
            _freezeLevel = level;
        }
        e.Op = op;
        bool oldLeaf = SpteLayout.IsPresent(e.OldSpte) && SpteLayout.IsLeaf(e.OldSpte, level);
        bool newLeaf = SpteLayout.IsPresent(e.NewSpte) && SpteLayout.IsLeaf(e.NewSpte, level);
        if (format != SpteFormat.None)
        {
            e.SpteFormat = format;
        }
        if (oldLeaf || newLeaf)
        {
            e.Pfn = SpteLayout.PfnOf(newLeaf ? e.NewSpte : e.OldSpte);
        }
        int vm = VmOfChange(ref e, task);
        e.SetVm(vm);
        _state.SeeChange(vm, op == TraceEventOp.Map && level >= RootLevel);
        if (oldLeaf || newLeaf)
        {
            Leaf(ref e, task, op, vm, oldLeaf, newLeaf, format);
        }
    }

    private void Leaf(ref TraceEvent e, TaskRecord? task, TraceEventOp op, int vm, bool oldLeaf, bool newLeaf, SpteFormat format)
    {
        int level = e.Level;
        ref LeafState leaf = ref _leaves.Get(LeafTable.KeyOf(vm, e.AsId, level, e.Gfn));
        bool counts = _state.CountsFrame(vm, e.AsId, e.Gfn, e.TsNs);
        bool ofOldRoot = false;
        if (oldLeaf)
        {
            ofOldRoot = leaf.OldRootSpte != 0 && Follows(leaf.OldRootSpte, e.OldSpte, format) && !(leaf.Spte != 0 && Follows(leaf.Spte, e.OldSpte, format));
            if (leaf.Known)
            {
                bool follows = ofOldRoot || (leaf.Spte != 0 && Follows(leaf.Spte, e.OldSpte, format));
                Answers.OldFollows += follows ? 1 : 0;
                Answers.OldDiffers += follows ? 0 : 1;
                if (!follows)
                {
                    _gaps.Undeclared(ref leaf);
                }
            }
        }
        if (counts)
        {
            Answers.LeafMaps += newLeaf && !oldLeaf ? 1 : 0;
            Answers.LeafZaps += oldLeaf && !newLeaf ? 1 : 0;
            Answers.LeafYoungCleared += op == TraceEventOp.YoungCleared ? 1 : 0;
        }
        if (op == TraceEventOp.YoungCleared)
        {
            CountClear(ref e, task, !leaf.Known || !leaf.ClearedSinceMap);
        }
        if (ofOldRoot)
        {
            leaf.OldRootSpte = newLeaf ? e.NewSpte : 0;
            return;
        }
        if (newLeaf && !oldLeaf && leaf.Spte != 0)
        {
            leaf.OldRootSpte = leaf.Spte;
        }
        if (op == TraceEventOp.Split)
        {
            SplitLeaf(ref e, vm, leaf.ClearedSinceMap);
            leaf = ref _leaves.Get(LeafTable.KeyOf(vm, e.AsId, level, e.Gfn));
        }
        leaf.Known = true;
        leaf.Spte = newLeaf ? e.NewSpte : 0;
        leaf.GapEpoch = _gaps.Epoch;
        leaf.ClearedSinceMap = op switch
        {
            TraceEventOp.YoungCleared => true,
            // An entry that appears with A clear owes its next young answer to an access, not to the fault that made it.
            TraceEventOp.Collapse or TraceEventOp.Map => !SpteLayout.IsYoung(e.NewSpte, format),
            _ => leaf.ClearedSinceMap && oldLeaf,
        };
    }

    // R1 of inference.md: hardware only sets A and D; with both off nothing changes by itself.
    private static bool Follows(ulong known, ulong old, SpteFormat format) =>
        SpteLayout.WithoutAccessedDirty(known, format) == SpteLayout.WithoutAccessedDirty(old, format)
        && (known & ~old) == 0;

    private void CountClear(ref TraceEvent e, TaskRecord? task, bool first)
    {
        if (task is null || task.PendingSlot < 0)
        {
            Answers.OrphanClears++;
            return;
        }
        ref TraceEvent call = ref Order[task.PendingSlot];
        ulong pages = 1UL << (9 * (e.Level - 1));
        ulong callEnd = call.Gfn + (ulong)Math.Max(1, call.Npages);
        ulong from = Math.Max(call.Gfn, e.Gfn);
        ulong to = Math.Min(callEnd, e.Gfn + pages);
        if (to <= from || (e.Has(EventColumn.Vm) && call.Has(EventColumn.Vm) && e.Vm != call.Vm))
        {
            Answers.OrphanClears++;
            return;
        }
        if (first)
        {
            call.N0 += (long)(to - from);
        }
        else
        {
            call.N1 += (long)(to - from);
        }
    }

    // A split brings 512 children without events; they take over A and consecutive frames.
    private void SplitLeaf(ref TraceEvent e, int vm, bool clearedSinceMap)
    {
        int level = e.Level;
        ulong step = 1UL << (9 * (level - 2));
        ulong huge = level - 1 == 1 ? 1UL << 7 : 0;
        for (int i = 0; i < 512; i++)
        {
            ref LeafState child = ref _leaves.Get(LeafTable.KeyOf(vm, e.AsId, level - 1, e.Gfn + ((ulong)i * step)));
            child.Known = true;
            child.Spte = (e.OldSpte & ~huge) + ((ulong)i * step << 12);
            child.GapEpoch = _gaps.Epoch;
            child.ClearedSinceMap = clearedSinceMap;
            child.OldRootSpte = 0;
        }
    }

    private void FastFix(ref TraceEvent e)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : -1;
        for (int level = 1; level <= 3; level++)
        {
            ulong first = e.Gfn & ~((1UL << (9 * (level - 1))) - 1);
            ref LeafState leaf = ref _leaves.Find(LeafTable.KeyOf(vm, 0, level, first));
            if (leaf.Key != 0 && leaf.Spte != 0 && SpteLayout.PfnOf(leaf.Spte) == SpteLayout.PfnOf(e.NewSpte))
            {
                leaf.Spte = e.NewSpte;
                return;
            }
        }
    }

    private enum PageAnswer
    {
        Unknown,
        Old,
        NotMapped,
    }
}
