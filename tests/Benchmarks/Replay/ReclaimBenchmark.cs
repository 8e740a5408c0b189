using System.Diagnostics;
using System.Globalization;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Replay;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;

namespace SecondLook.Benchmarks.Replay;

/// <summary>Guest accesses per CPU-second through the TDP MMU and MGLRU under pressure, the time of an aging pass, and bytes per page of all of it.</summary>
internal static class ReclaimBenchmark
{
    private const int Accesses = 20_000_000;
    private const int HotShare = 9;
    private const double Fits = 0.75;
    private const double Young = 0.01;

    public static int Run(string[] args)
    {
        int[] sizes = args.Length > 0 ? [.. args.Select(a => int.Parse(a, CultureInfo.InvariantCulture))] : [20, 24];
        foreach (string preset in (string[])["mainline_6_12", "mainline_7_2"])
        {
            foreach (int log in sizes)
            {
                Pressure(preset, 1 << log, coldShare: 64);
                Pressure(preset, 1 << log, coldShare: 9);
                Aging(preset, 1 << log);
            }
        }
        return 0;
    }

    // All but one access in coldShare go to a ninth of the pages; three quarters of all pages fit.
    private static void Pressure(string preset, int pages, int coldShare)
    {
        HostModel host = Host(preset, pages);
        host.Memcg.MaxPages = (long)(pages * Fits);
        Xoshiro256 random = new(1, "benchmark.reclaim");
        int[] order = Draw(random, pages, coldShare);
        for (int page = 0; page < pages; page++)
        {
            host.Reclaim.NowNs += 1000;
            host.GuestAccess(page, write: false, cpu: 0);
        }
        // The hot pages come in first, so that the steady state is measured.
        foreach (int page in order)
        {
            host.Reclaim.NowNs += 1000;
            host.GuestAccess(page, (page & 7) == 0, cpu: 0);
        }
        // Other accesses of the same kind: the same again would find all its pages resident on a large machine.
        order = Draw(random, pages, coldShare);
        long evicted = host.Reclaim.Counters.PgUnmap;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (int page in order)
        {
            host.Reclaim.NowNs += 1000;
            host.GuestAccess(page, (page & 7) == 0, cpu: 0);
        }
        double seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Print($"{preset}, {pages >> 20} Mi pages, accesses under pressure, one in {coldShare} over all pages", Accesses / seconds / 1e6, "M per CPU-second");
        Print($"  of them evictions and refaults", (host.Reclaim.Counters.PgUnmap - evicted) / (double)Accesses * 100, "%");
    }

    private static int[] Draw(Xoshiro256 random, int pages, int coldShare)
    {
        int[] order = new int[Accesses];
        for (int i = 0; i < order.Length; i++)
        {
            ulong where = random.Next();
            ulong span = where % (ulong)coldShare != 0 ? (ulong)pages / HotShare : (ulong)pages;
            order[i] = (int)random.NextBelow(span);
        }
        return order;
    }

    private static void Aging(string preset, int pages)
    {
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        HostModel host = Host(preset, pages);
        for (int page = 0; page < pages; page++)
        {
            host.GuestAccess(page, write: false, cpu: 0);
        }
        host.Reclaim.Age(host.Memcg, -1, -1, force: true);
        host.Reclaim.Age(host.Memcg, -1, -1, force: true);
        Xoshiro256 random = new(2, "benchmark.aging");
        for (int i = 0; i < pages * Young; i++)
        {
            host.GuestAccess((int)random.NextBelow((ulong)pages), write: false, cpu: 0);
        }
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        host.Reclaim.Age(host.Memcg, -1, -1, force: true);
        double seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Print($"{preset}, {pages >> 20} Mi pages, one aging pass, 1 % young", seconds, "CPU-seconds");
        Print($"  all of it, bytes a page", (GC.GetTotalMemory(forceFullCollection: true) - bytes) / (double)pages, "bytes");
        GC.KeepAlive(host);
    }

    private static HostModel Host(string preset, int pages)
    {
        List<string> problems = [];
        PolicySpec spec = new(preset, preset, new Dictionary<string, string>(StringComparer.Ordinal));
        if (!PolicyPresets.TryResolve(spec, "benchmark", problems, out PolicyPlan? plan))
        {
            throw new InvalidOperationException(string.Join("; ", problems));
        }
        GuestPages guest = GuestPages.FromSlots([new SlotPages("", 1, 0x100000, pages, 0x600000000000, 0)]);
        return new HostModel(guest, HostSetup.Of(plan, new CaptureFacts { SpteChanges = true }), new ReclaimObserver(), 0);
    }

    private static void Print(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:f2} {unit}"));
}
