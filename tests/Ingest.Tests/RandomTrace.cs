using System.Globalization;
using System.Text;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests;

/// <summary>Seeded random ftrace text: usual lines, unusual ones, and usual ones with a byte changed, missing or doubled.</summary>
internal static class RandomTrace
{
    /// <summary>Makes a text.</summary>
    public static string Text(int seed, int lines)
    {
        Xoshiro256 random = new((ulong)seed, "test.fast");
        StringBuilder text = new("# tracer: nop\n#\n");
        long us = 1_000_000 + (long)random.NextBelow(1_000_000_000);
        for (int i = 0; i < lines; i++)
        {
            us += (long)random.NextBelow(3000);
            // Events of several CPUs trade places by a little, and now and then by more.
            long early = random.NextBelow(10) == 0 ? (long)random.NextBelow(4) : random.NextBelow(400) == 0 ? (long)random.NextBelow(20_000) : 0;
            string line = Prefix(random, us - early) + Message(random);
            if (random.NextBelow(6) == 0)
            {
                line = Damaged(random, line);
            }
            text.Append(line).Append(random.NextBelow(40) == 0 ? "\r\n" : "\n");
            if (random.NextBelow(50) == 0)
            {
                text.Append("CPU:1 [LOST 5 EVENTS]\n => do_something\n\n");
            }
        }
        return text.ToString();
    }

    private static string Prefix(Xoshiro256 random, long us)
    {
        string comm = random.NextBelow(8) switch { 0 => "kswapd0", 1 => "CPU 0/KVM", 2 => "<...>", 3 => "a-1 [000] b", _ => "qemu-system-x86" };
        string tgid = random.NextBelow(5) switch { 0 => "(    500) ", 1 => "(-------) ", _ => "" };
        string flags = random.NextBelow(6) switch { 0 => "", 1 => "...1. ", 2 => "d..1 ", 3 => "dNh2.. ", _ => "..... " };
        string stamp = random.NextBelow(12) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{us / 1_000_000,5}.{us % 1_000_000:d6}123"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{us * 1000}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{us / 1_000_000,5}.{us % 1_000_000:d6}"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{comm,16}-{Tid(random),-7} {tgid}[{random.NextBelow(5):d3}] {flags}{stamp}: ");
    }

    private static ulong Tid(Xoshiro256 random) => random.NextBelow(4) == 0 ? random.NextBelow(4_000_000) : 100 + random.NextBelow(6);

    private static string Message(Xoshiro256 random)
    {
        ulong a = random.Next() >> (int)random.NextBelow(64);
        ulong b = random.Next() >> (int)random.NextBelow(64);
        string zero = "0000000000000000";
        string start = a == 0 || random.NextBelow(30) == 0 ? zero : $"0x{a:x14}";
        return random.NextBelow(22) switch
        {
            0 or 1 => $"kvm_age_hva: mmu notifier age hva: {start} -- 0x{a + 4096:x14}",
            2 => $"kvm_age_hva: mmu notifier age hva: {a:x} - {b:X}",
            3 => $"kvm_test_age_hva: mmu notifier test age hva: {start}",
            4 => $"kvm_unmap_hva_range: mmu notifier unmap range: {start} -- 0x{b:x14}",
            5 or 6 => $"kvm_tdp_mmu_spte_changed: as id {random.NextBelow(2)} gfn {a >> 12:x} level {1 + random.NextBelow(4)} old_spte {a:x} new_spte {b:x}",
            7 => $"kvm_page_fault: vcpu {random.NextBelow(300)} rip 0x{b:x} address 0x{a:x16} error_code 0x{random.NextBelow(1 << 20):x}",
            8 => $"kvm_page_fault: address {a:x} error_code {random.NextBelow(32):x}",
            9 => $"kvm_exit: vcpu {random.NextBelow(8)} reason EPT_VIOLATION rip 0x{a:x} info1 0x{b:x16} info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000",
            10 => $"mm_vmscan_lru_isolate: classzone={random.NextBelow(3)} order=0 nr_requested={a >> 40} nr_scanned={b >> 40} nr_skipped=0 nr_taken={b >> 50} lru=inactive_anon",
            11 => $"mm_vmscan_write_folio: folio=00000000{random.NextBelow(1 << 30):x8} pfn=0x{a >> 20:x} flags=RECLAIM_WB_ANON|RECLAIM_WB_ASYNC",
            12 => $"mm_lru_insertion: folio={(random.NextBelow(2) == 0 ? "0x" : "")}{b | 1:x} pfn=0x{a >> 20:x} lru={random.NextBelow(5)} flags=M a b  ",
            13 => $"mm_vmscan_kswapd_wake: nid={(random.NextBelow(9) == 0 ? "-1" : "0")} order={random.NextBelow(4)}",
            14 => $"sched_wakeup: comm=kvm_age_hva pid={random.NextBelow(100)} prio=120 target_cpu=003",
            15 => $"kvm_mmio: mmio {(random.NextBelow(3) == 0 ? "unsatisfied-read" : "write")} len {random.NextBelow(9)} gpa 0x{a >> 16:x} val 0x{b >> 32:x}",
            16 => $"rss_stat: mm_id={a >> 44} curr={random.NextBelow(2)} type=MM_ANONPAGES size={(random.NextBelow(4) == 0 ? "-" : "")}{b >> 36}B",
            17 => $"page_fault_user: address={(random.NextBelow(4) == 0 ? "" : "0x")}{a:x} ip=0x{b:x} error_code=0x{random.NextBelow(32):x}",
            18 => $"kvm_entry: vcpu {random.NextBelow(8)}, rip 0x{b:x}",
            19 => $"kvm_exit: vcpu {random.NextBelow(8)} reason {(random.NextBelow(2) == 0 ? "MSR_WRITE" : $"EXIT_{random.NextBelow(3)}")} rip 0x{a:x} info1 0x{b >> 40:x16} info2 0x0 intr_info 0x0 error_code 0x0",
            20 => $"kvm_mmu_spte_requested: gfn {a >> 12:x} pfn {b >> 20:x} level {1 + random.NextBelow(3)}",
            _ => $"task_rename: pid={100 + random.NextBelow(6)} oldcomm=a newcomm=b{random.NextBelow(3)} oom_score_adj=0",
        };
    }

    private static string Damaged(Xoshiro256 random, string line)
    {
        int at = (int)random.NextBelow((ulong)line.Length);
        return random.NextBelow(7) switch
        {
            0 => line[..at],
            1 => line.Remove(at, 1),
            2 => line.Insert(at, " "),
            3 => line.Insert(at, ":"),
            4 => line + " fast_only: 1",
            5 => line[..at] + (char)('0' + random.NextBelow(75)) + line[(at + 1)..],
            _ => line + " ",
        };
    }
}
