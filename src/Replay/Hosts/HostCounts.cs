using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Hosts;

/// <summary>Running counts of a host, kept so that a pass can be told by two of them.</summary>
public readonly record struct HostCounts
{
    /// <summary>All zero.</summary>
    public static HostCounts Zero => default;

    /// <summary>Pages asked by walks.</summary>
    public long WalkAsked { get; private init; }

    /// <summary>Of them young.</summary>
    public long WalkYoung { get; private init; }

    /// <summary>Of them young in the primary page table.</summary>
    public long WalkYoungPrimary { get; private init; }

    /// <summary>Secondary bits cleared by walks.</summary>
    public long WalkCleared { get; private init; }

    /// <summary>Secondary entries read by walks.</summary>
    public long WalkVisited { get; private init; }

    /// <summary>Notifier calls of walks.</summary>
    public long WalkCalls { get; private init; }

    /// <summary>Flushes of walks.</summary>
    public long WalkFlushes { get; private init; }

    /// <summary>Pages asked as targets and neighbours.</summary>
    public long RmapAsked { get; private init; }

    /// <summary>Of them young.</summary>
    public long RmapYoung { get; private init; }

    /// <summary>Of them young in the primary page table.</summary>
    public long RmapYoungPrimary { get; private init; }

    /// <summary>Secondary bits cleared for targets and neighbours.</summary>
    public long RmapCleared { get; private init; }

    /// <summary>Secondary entries read for them.</summary>
    public long RmapVisited { get; private init; }

    /// <summary>Notifier calls for them.</summary>
    public long RmapCalls { get; private init; }

    /// <summary>Flushes for them.</summary>
    public long RmapFlushes { get; private init; }

    /// <summary>Promotions by walks.</summary>
    public long Promotions { get; private init; }

    /// <summary>Reads the counts of a host.</summary>
    public static HostCounts Take(HostModel host) => new()
    {
        WalkAsked = host.Tables.WalkAsked,
        WalkYoung = host.Tables.WalkYoung,
        WalkYoungPrimary = host.Tables.WalkYoungPrimary,
        WalkCleared = Sum(host, CostKind.BitsCleared, NotifierCaller.AgingWalk),
        WalkVisited = Sum(host, CostKind.EntriesVisited, NotifierCaller.AgingWalk),
        WalkCalls = Sum(host, CostKind.Calls, NotifierCaller.AgingWalk),
        WalkFlushes = Sum(host, CostKind.Flushes, NotifierCaller.AgingWalk),
        RmapAsked = host.Tables.RmapAsked,
        RmapYoung = host.Tables.RmapYoung,
        RmapYoungPrimary = host.Tables.RmapYoungPrimary,
        RmapCleared = Sum(host, CostKind.BitsCleared, NotifierCaller.Eviction) + Sum(host, CostKind.BitsCleared, NotifierCaller.LookAround),
        RmapVisited = Sum(host, CostKind.EntriesVisited, NotifierCaller.Eviction) + Sum(host, CostKind.EntriesVisited, NotifierCaller.LookAround),
        RmapCalls = Sum(host, CostKind.Calls, NotifierCaller.Eviction) + Sum(host, CostKind.Calls, NotifierCaller.LookAround),
        RmapFlushes = Sum(host, CostKind.Flushes, NotifierCaller.Eviction) + Sum(host, CostKind.Flushes, NotifierCaller.LookAround),
        Promotions = host.Reclaim.Counters.Promotions,
    };

    private static long Sum(HostModel host, CostKind kind, NotifierCaller caller)
    {
        long sum = 0;
        for (int hook = 0; hook < NotifierCosts.Hooks; hook++)
        {
            sum += host.Cost((NotifierHook)hook, caller, kind);
        }
        return sum;
    }
}
