namespace SecondLook.Replay.Mmu;

/// <summary>The one place that counts what secondary-MMU work costs: by hook, by caller, by lock class.</summary>
/// <remarks>
/// Models: nothing of the kernel; the counts that section 4 of the KVM specification prices.
/// Omits: time and contention.
/// </remarks>
public sealed class NotifierCosts
{
    /// <summary>Number of <see cref="CostKind"/> values.</summary>
    public const int Kinds = (int)CostKind.Ipis + 1;

    /// <summary>Number of <see cref="NotifierHook"/> values.</summary>
    public const int Hooks = (int)NotifierHook.Mmio + 1;

    /// <summary>Number of <see cref="NotifierCaller"/> values.</summary>
    public const int Callers = (int)NotifierCaller.Vmm + 1;

    private readonly long[] _counts = new long[Hooks * Callers * Kinds];
    private int _row;

    /// <summary>When set, receives every lock section in the order taken; for hand-written scenarios, not for long replays.</summary>
    public List<LockClass>? LockLog { get; set; }

    /// <summary>A count of one hook and caller.</summary>
    public long this[NotifierHook hook, NotifierCaller caller, CostKind kind] => _counts[(RowOf(hook, caller) * Kinds) + (int)kind];

    /// <summary>A count of one hook, all callers together.</summary>
    public long Sum(NotifierHook hook, CostKind kind)
    {
        long sum = 0;
        for (int caller = 0; caller < Callers; caller++)
        {
            sum += this[hook, (NotifierCaller)caller, kind];
        }
        return sum;
    }

    /// <summary>A count of one kind, all hooks and callers together.</summary>
    public long Sum(CostKind kind)
    {
        long sum = 0;
        for (int i = (int)kind; i < _counts.Length; i += Kinds)
        {
            sum += _counts[i];
        }
        return sum;
    }

    /// <summary>Forgets all counts.</summary>
    public void Reset() => _counts.AsSpan().Clear();

    /// <summary>Opens a hook: what follows is charged to it.</summary>
    internal void Begin(NotifierHook hook, NotifierCaller caller) => _row = RowOf(hook, caller) * Kinds;

    internal void Charge(CostKind kind, long count) => _counts[_row + (int)kind] += count;

    internal void Section(LockClass lockClass, long count)
    {
        if (lockClass == LockClass.None || count == 0)
        {
            return;
        }
        _counts[_row + (int)CostKind.RcuSections + (int)lockClass - (int)LockClass.Rcu] += count;
        LockLog?.Add(lockClass);
    }

    private static int RowOf(NotifierHook hook, NotifierCaller caller) => ((int)hook * Callers) + (int)caller;
}
