using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Benchmarks.Replay;

/// <summary>Guest touches and aging walks per CPU-second, and bytes per mapped page, of the MMU models.</summary>
internal static class MmuBenchmark
{
    private const ulong HvaPage = 0x7f0000000;
    private const ulong BaseGfn = 0x100;

    /// <summary>Runs every row; the argument is log2 of the pages (20 unless given).</summary>
    public static int Run(string[] args)
    {
        ulong pages = 1UL << (args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20);
        PrimaryMmu primary = new();
        AgingKnobs knobs = AgingPolicies.Get("mainline_6_15");
        MmuNotifier notifier = new(knobs.Kvm);
        KvmVm vm = new(new KvmConfig(), primary);
        notifier.CreateSlot(vm, new Memslot(0, 1, new Gfn(BaseGfn), pages, new Hva(HvaPage << PageSize.Shift)));
        notifier.Register(vm);
        MmAging mm = new(primary, notifier, knobs);
        for (ulong i = 0; i < pages; i++)
        {
            primary.Map(HvaPage + i, new Pfn(i), write: true);
        }
        uint[] order = new uint[10_000_000];
        Xoshiro256 random = new(1, "benchmark.mmu");
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = (uint)random.NextBelow(pages);
        }
        Measure("TDP faults", (long)pages, () =>
        {
            for (ulong i = 0; i < pages; i++)
            {
                notifier.Touch(vm, 0, new Gfn(BaseGfn + i), write: true);
            }
        });
        Console.WriteLine($"TDP MMU {vm.Tdp!.SizeBytes / (double)pages:f1} bytes a page, primary MMU {primary.SizeBytes / (double)pages:f1}");
        Repeat("TDP touches, random", order.Length, () =>
        {
            for (int i = 0; i < order.Length; i++)
            {
                notifier.Touch(vm, 0, new Gfn(BaseGfn + order[i]), (i & 3) == 0);
            }
        });
        Walk(mm, pages, "aging walk, TDP, nothing young");
        ShadowContext l2 = vm.Shadow!.CreateContext(direct: false, adBits: true);
        Measure("nested faults", (long)pages, () =>
        {
            for (ulong i = 0; i < pages; i++)
            {
                notifier.TouchNested(vm, l2.Id, i, new Gfn(BaseGfn + i), write: true);
            }
        });
        Console.WriteLine($"shadow MMU {vm.Shadow.SizeBytes / (double)pages:f1} bytes a page");
        Repeat("nested touches, random", order.Length, () =>
        {
            for (int i = 0; i < order.Length; i++)
            {
                notifier.TouchNested(vm, l2.Id, order[i], new Gfn(BaseGfn + order[i]), (i & 3) == 0);
            }
        });
        Walk(mm, pages, "aging walk, TDP and shadow, nothing young");
        return 0;
    }

    private static void Walk(MmAging mm, ulong pages, string name)
    {
        long young = 0;
        int passes = (int)Math.Max(1, 64_000_000 / pages);
        Repeat(name, passes * (long)pages, () =>
        {
            for (int pass = 0; pass < passes; pass++)
            {
                for (ulong page = 0; page < pages; page += 64)
                {
                    young += BitOperations.PopCount(mm.WalkWord(HvaPage + page, ulong.MaxValue));
                }
            }
        });
        GC.KeepAlive(young);
    }

    private static void Repeat(string name, long count, Action work)
    {
        // The first round compiles; the best of the others counts.
        work();
        double best = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            best = Math.Min(best, Time(work));
        }
        Console.WriteLine($"{name}: {count / best / 1e6:f1} M per CPU-second");
    }

    private static void Measure(string name, long count, Action work) => Console.WriteLine($"{name}: {count / Time(work) / 1e6:f1} M per CPU-second");

    private static double Time(Action work)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        work();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
