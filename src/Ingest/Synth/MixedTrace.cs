using System.Globalization;
using System.Text;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Synth;

/// <summary>A seeded text in which every kind of event that hosts print takes turns: aging, faults, exits, SPTEs, reclaim, migration, others.</summary>
internal static class MixedTrace
{
    private const int Lines = 400_000;

    /// <summary>The text, once; <see cref="RepeatedText"/> makes it as long as wanted.</summary>
    /// <param name="seed">Seed of its numbers.</param>
    public static byte[] Text(ulong seed)
    {
        Xoshiro256 random = new(seed, "synth.mix");
        StringBuilder text = new("# tracer: nop\n#\n# trace_clock: [mono]\n");
        string[] tasks = ["         kswapd0-74     ", "       CPU 0/KVM-5003   ", "       CPU 1/KVM-5004   ", " qemu-system-x86-5000   ", "      khugepaged-61     "];
        long us = 1_000_000;
        for (int i = 0; i < Lines; i++)
        {
            us += (long)random.NextBelow(8);
            text.Append(CultureInfo.InvariantCulture, $"{tasks[random.NextBelow(5)]} [{random.NextBelow(8):d3}] {(random.NextBelow(2) == 0 ? "....." : "...1.")} {us / 1_000_000,5}.{us % 1_000_000:d6}: ");
            text.Append(Message(random)).Append('\n');
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string Message(Xoshiro256 random)
    {
        ulong gfn = random.NextBelow(1 << 18);
        ulong hva = 0x7f3a40000000 + (gfn << 12);
        ulong pfn = 0x100000 + random.NextBelow(1 << 20);
        return random.NextBelow(24) switch
        {
            0 or 1 or 2 or 3 => $"kvm_age_hva: mmu notifier age hva: 0x{hva:x14} -- 0x{hva + 4096:x14}",
            4 => $"kvm_test_age_hva: mmu notifier test age hva: 0x{hva:x14}",
            5 => $"kvm_unmap_hva_range: mmu notifier unmap range: 0x{hva:x14} -- 0x{hva + 4096:x14}",
            6 or 7 or 8 => $"kvm_tdp_mmu_spte_changed: as id 0 gfn {gfn:x} level 1 old_spte {pfn:x}e67 new_spte {pfn:x}e47",
            9 or 10 => $"kvm_page_fault: vcpu {random.NextBelow(4)} rip 0xffffffff{random.NextBelow(1u << 31):x8} address 0x{gfn << 12:x16} error_code 0x100000006",
            11 or 12 => $"kvm_exit: vcpu {random.NextBelow(4)} reason EPT_VIOLATION rip 0xffffffff{random.NextBelow(1u << 31):x8} info1 0x0000000000000181 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000",
            13 or 14 => $"kvm_entry: vcpu {random.NextBelow(4)}, rip 0xffffffff{random.NextBelow(1u << 31):x8}",
            15 => $"kvm_mmu_spte_requested: gfn {gfn:x} pfn {pfn:x} level 1",
            16 => $"mm_vmscan_lru_isolate: classzone=3 order=0 nr_requested=32 nr_scanned={random.NextBelow(64)} nr_skipped=0 nr_taken={random.NextBelow(33)} lru=inactive_anon",
            17 => $"mm_vmscan_write_folio: folio=00000000{random.NextBelow(1u << 31):x8} pfn=0x{pfn:x} flags=RECLAIM_WB_ANON|RECLAIM_WB_ASYNC",
            18 => $"mm_lru_insertion: folio=00000000{random.NextBelow(1u << 31):x8} pfn=0x{pfn:x} lru=1 flags=Mas b ",
            19 => $"page_fault_user: address=0x{hva:x} ip=0x7f3a3fff0000 error_code=0x6",
            20 => $"rss_stat: mm_id=1234567 curr=1 type=MM_ANONPAGES size={random.NextBelow(1 << 30)}B",
            21 => $"sched_switch: prev_comm=CPU 0/KVM prev_pid=5003 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120",
            22 => $"kvm_mmio: mmio write len 4 gpa 0xfee000b0 val 0x0",
            _ => $"kvm_msr: msr_write 6e0 = 0x{random.Next():x}",
        };
    }
}
