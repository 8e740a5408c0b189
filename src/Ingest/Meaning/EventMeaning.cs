using System.Runtime.CompilerServices;
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
internal sealed partial class EventMeaning : IEventStep
{
    private const int RootLevel = 4;
    private const int Ahead = 4;

    // Kinds whose events name the VM of their task, and nothing else has to be told of them.
    private const ulong KindsOfVm = 1UL << (int)TraceEventKind.SpteSet | 1UL << (int)TraceEventKind.MapRequest | 1UL << (int)TraceEventKind.VcpuEntry
        | 1UL << (int)TraceEventKind.Mmio | 1UL << (int)TraceEventKind.MmioSpte | 1UL << (int)TraceEventKind.AsyncPf
        | 1UL << (int)TraceEventKind.GuestWalk | 1UL << (int)TraceEventKind.SpZap | 1UL << (int)TraceEventKind.SpSync
        | 1UL << (int)TraceEventKind.SpUnsync | 1UL << (int)TraceEventKind.Split;

    // Kinds of which more is to be told.
    private const ulong SpecialKinds = 1UL << (int)TraceEventKind.Gap | 1UL << (int)TraceEventKind.SpteChange | 1UL << (int)TraceEventKind.Age
        | 1UL << (int)TraceEventKind.Invalidate | 1UL << (int)TraceEventKind.ChangePte | 1UL << (int)TraceEventKind.GuestFault
        | 1UL << (int)TraceEventKind.SpGet | 1UL << (int)TraceEventKind.VcpuExit | 1UL << (int)TraceEventKind.Dirty | 1UL << (int)TraceEventKind.Swap
        | 1UL << (int)TraceEventKind.Memslot;

    private readonly IngestState _state;
    private readonly MemslotMap _memslots;
    private readonly IEventSink _sink;
    private readonly LeafTable _leaves = new();
    private readonly GapState _gaps;
    private readonly MemslotLines _memslotLines;
    private readonly List<int> _pending = [];
    private readonly List<OpenCall> _openCalls = [];
    private readonly Dictionary<ulong, int> _tableOwners = [];
    private int _streamNo = -1;
    private StreamFacts _stream = null!;
    private ulong _freezeGfn;
    private int _freezeLevel;
    private bool _freezeSeen;
    private readonly LookAhead _ahead;
    private readonly ExitOrigins _exits;
    private bool _shadowPages;

    public EventMeaning(IngestState state, IEventSink sink)
    {
        _state = state;
        _memslots = state.Memslots;
        _sink = sink;
        _gaps = new GapState(state);
        _memslotLines = new MemslotLines(state);
        _ahead = new LookAhead(_leaves, state.Memslots);
        _exits = new ExitOrigins(state.Strings);
    }

    /// <summary>The window that this step serves; set once.</summary>
    public EventOrder Order { get; set; } = null!;

    private AnswerCounts Answers => _state.Answers;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Process(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        _ahead.Begin(events, slots, Order);
        for (int i = 0; i < slots.Length; i++)
        {
            events[slots[Math.Min(i + Ahead, slots.Length - 1)]].AskFor();
            Process(slots[i], ref events[slots[i]]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Process(int slot, ref TraceEvent e)
    {
        if (e.Stream != _streamNo)
        {
            _streamNo = e.Stream;
            _stream = _state.Streams[_streamNo];
        }
        if (_stream.IsGuest)
        {
            return;
        }
        TaskRecord? task = Order.TaskOf(slot);
        TraceEventKind kind = e.Kind;
        if (task is { MayBeAsking: true } && kind != TraceEventKind.SpteChange)
        {
            Close(task);
        }
        if (_gaps.AnyOpen && kind != TraceEventKind.Gap)
        {
            _gaps.See(ref e);
        }
        if ((SpecialKinds >> (int)kind & 1) == 0)
        {
            // Most kinds: no branch guesses whether their events name a VM.
            bool names = (KindsOfVm >> (int)kind & 1) != 0;
            int vm = _memslots.VmCount == 1 ? 0 : task is null ? -1 : task.KnownVm;
            if (vm == TaskRecord.VmToFind & names)
            {
                vm = VmOfTask(task);
            }
            if (vm >= 0 & names)
            {
                e.Vm = (short)vm;
            }
            return;
        }
        Special(slot, ref e, kind, task);
    }

    private void Special(int slot, ref TraceEvent e, TraceEventKind kind, TaskRecord? task)
    {
        switch (kind)
        {
            case TraceEventKind.Gap:
                _gaps.Open(ref e);
                break;
            case TraceEventKind.SpteChange:
                _ahead.Next();
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
                if (task is not null && task.LastExit != FaultOrigin.Unknown && !e.Has(EventColumn.Op))
                {
                    FaultOrigins.Apply(task.LastExit, ref e);
                }
                if (e.Op == TraceEventOp.FastFixed && e.Space == AddressSpaceKind.Gpa)
                {
                    FastFix(ref e);
                }
                break;
            case TraceEventKind.SpGet:
                _shadowPages |= e.Has(EventColumn.N0) && e.N0 == 0;
                e.SetVm(VmOfTask(task));
                break;
            case TraceEventKind.VcpuExit:
                e.SetVm(VmOfTask(task));
                if (task is not null && e.Has(EventColumn.Text))
                {
                    task.LastExit = _exits.Of(e.Text);
                }
                break;
            case TraceEventKind.Dirty:
                e.SetVm(VmOfTask(task));
                JoinOffset(ref e);
                break;
            case TraceEventKind.Swap:
                JoinSwapIn(ref e, task);
                break;
            case TraceEventKind.Memslot:
                _memslotLines.Take(ref e, task);
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
        while (_openCalls.Count > 0)
        {
            Tally(_openCalls[^1]);
        }
        _gaps.Finish();
    }

    /// <inheritdoc/>
    public void Emit(TraceEvent[] events, ReadOnlySpan<int> slots) => _sink.Accept(events, slots);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int VmOfTask(TaskRecord? task)
    {
        if (_memslots.VmCount == 1)
        {
            return 0;
        }
        return task is null ? -1 : task.KnownVm != TaskRecord.VmToFind ? task.KnownVm : _state.Vms.OfProcess(task);
    }

    // With several VMs: the VM whose entry held the old value's frame, since any thread that needs memory reclaims, a vCPU of another VM too;
    // else the thread's own VM, else that of the thread's change before.
    private int VmOfChange(ref TraceEvent e, TaskRecord? task)
    {
        int vm = VmOfTask(task);
        if (_state.Memslots.VmCount < 2)
        {
            return vm;
        }
        if (SpteLayout.IsPresent(e.OldSpte))
        {
            ulong pfn = SpteLayout.PfnOf(e.OldSpte);
            int owner = vm >= 0 && Holds(vm, pfn, ref e) ? vm : OwnerOf(pfn, ref e);
            vm = owner >= 0 ? owner : vm;
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
            if (Holds(vm, pfn, ref e))
            {
                return vm;
            }
        }
        return -1;
    }

    private bool Holds(int vm, ulong pfn, ref TraceEvent e)
    {
        if (!SpteLayout.IsLeaf(e.OldSpte, e.Level))
        {
            return _tableOwners.TryGetValue(pfn, out int owner) && owner == vm;
        }
        ref LeafState leaf = ref _leaves.Find(LeafTable.KeyOf(vm, e.AsId, e.Level, e.Gfn));
        return leaf.Key != 0 && ((leaf.Spte != 0 && SpteLayout.PfnOf(leaf.Spte) == pfn) || (leaf.OldRootSpte != 0 && SpteLayout.PfnOf(leaf.OldRootSpte) == pfn));
    }
}
