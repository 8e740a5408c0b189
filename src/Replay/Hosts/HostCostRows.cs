using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Hosts;

/// <summary>Turns the counts of a host's notifiers into rows by hook and lock class.</summary>
public static class HostCostRows
{
    private static readonly (NotifierHook Hook, string Name)[] Hooks =
    [
        (NotifierHook.ClearFlushYoung, "clear_flush_young"),
        (NotifierHook.ClearYoung, "clear_young"),
        (NotifierHook.TestYoung, "test_young"),
        (NotifierHook.FastClearYoung, "fast_clear_young"),
        (NotifierHook.FastTestYoung, "fast_test_young"),
        (NotifierHook.InvalidateStart, "invalidate"),
        (NotifierHook.InvalidateEnd, "invalidate_end"),
        (NotifierHook.GuestFault, "guest_fault"),
        (NotifierHook.MemslotChange, "memslot_change"),
        (NotifierHook.Mmio, "mmio"),
    ];

    private static readonly (CostKind Kind, string Name)[] Locks =
    [
        (CostKind.RcuSections, "rcu"),
        (CostKind.RmapSections, "rmap"),
        (CostKind.ReadSections, "read"),
        (CostKind.WriteSections, "write"),
    ];

    /// <summary>Adds the rows of a host. The first row of a hook carries its entries, bits and flushes; the primary walk takes no KVM lock.</summary>
    public static void Add(HostModel host, List<CostRow> rows)
    {
        rows.Add(new CostRow("walk", "none", host.Reclaim.Counters.AgingPasses, host.Tables.WalkAsked, host.Tables.WalkYoungPrimary, 0));
        foreach ((NotifierHook hook, string name) in Hooks)
        {
            long visited = Sum(host, hook, CostKind.EntriesVisited);
            long cleared = Sum(host, hook, CostKind.BitsCleared);
            long flushes = Sum(host, hook, CostKind.Flushes);
            long ipis = Sum(host, hook, CostKind.Ipis);
            long calls = Sum(host, hook, CostKind.Calls);
            if (calls == 0)
            {
                continue;
            }
            bool first = true;
            foreach ((CostKind kind, string lockName) in Locks)
            {
                long sections = Sum(host, hook, kind);
                if (sections > 0)
                {
                    rows.Add(new CostRow(name, lockName, sections, first ? visited : 0, first ? cleared : 0, first ? flushes : 0, first ? ipis : 0));
                    first = false;
                }
            }
            if (first)
            {
                rows.Add(new CostRow(name, "none", calls, visited, cleared, flushes, ipis));
            }
        }
    }

    private static long Sum(HostModel host, NotifierHook hook, CostKind kind)
    {
        long sum = 0;
        foreach (HostProcess process in host.Processes)
        {
            sum += process.Notifier.Costs.Sum(hook, kind);
        }
        return sum;
    }
}
