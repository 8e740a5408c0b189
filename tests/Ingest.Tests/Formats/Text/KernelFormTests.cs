using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>Messages as kernels print them beside the ones in the corpus: each is one event, and says what it should.</summary>
public sealed class KernelFormTests
{
    [Theory]
    [InlineData("mm_vmscan_memcg_reclaim_end: nr_reclaimed=3 pid=12 memcg_id=28 (in-irq)", "memcg_id", "28")]
    [InlineData("mm_vmscan_memcg_reclaim_end: nr_reclaimed=3 pid=12 memcg_id=28 ", "memcg_id", "28")]
    [InlineData("mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_KERNEL pid=12 memcg_id=7 (in-irq)", "op", "direct_begin")]
    [InlineData("mmap_lock_start_locking: mm=00000000abcdef01 memcg_path=/machine slice/a b write=true", "write", "True")]
    [InlineData("mmap_lock_acquire_returned: mm=00000000abcdef01 memcg_path=/a b write=false success=true", "success", "True")]
    [InlineData("kvm_unmap_hva_range: mmu notifier unmap range: 0x007f3a40000000 -- 0x007f3a40001000 flags 0x1", "extra", "{\"flags\":\"0x1\"}")]
    [InlineData("kvm_exit: vcpu 2 reason EPT_VIOLATION rip 0xffffffff81000000 info 181 0", "error_code", "0x181")]
    [InlineData("kvm_exit: reason EPT_VIOLATION rip 0xffffffff81000000 info 181 0", "error_code", "0x181")]
    [InlineData("kvm_entry: vcpu 3, rip 0x1000 intr_info 0x00000000 error_code 0x00000000 [immediate exit]", "vcpu", "3")]
    [InlineData("kvm_mmu_spte_requested: gfn 40000 pfn 123456 level 1 access f", "pfn", "0x123456")]
    [InlineData("kvm_mmu_get_page: sp gen 0 gfn 40000 l1 pae q0 direct wux nxe root 0 sync existing", "op", "existing")]
    [InlineData("fast_page_fault: vcpu 0 gva 40000000 error_code  sptep (____ptrval____) old 0 new 0 spurious 1 fixed 0", "op", "fast_spurious")]
    [InlineData("mm_lru_insertion: page=00000000abcdef01 pfn=0x123456 lru=0 flags=M  bd ", "pfn", "0x123456")]
    [InlineData("damon_aggregated: target_id=0 nr_regions=10 139888158572544-139888158576640: 4", "nr_accesses", "4")]
    [InlineData("damon_aggregated: target_id=0 nr_regions=10 0-18446744073709551615: 4 1", "end", "0xffffffffffffffff")]
    [InlineData("kvm_mmu_invalidate_zap_all_pages: gen 1f", "kind", "zap_all")]
    [InlineData("contention_begin: 00000000abcdef01 (flags=WRITE|RT)", "lock", "WRITE|RT")]
    [InlineData("contention_begin: 00000000abcdef01 (flags=READ)", "write", "False")]
    [InlineData("contention_end: 00000000abcdef01 (ret=-4)", "success", "False")]
    [InlineData("rss_stat: mm_id=7 curr=1 member=2 size=-4096B", "counter", "MM_SWAPENTS")]
    [InlineData("kvm_page_fault: vcpu 1 address 0x84d000 error_code 0x500000004", "start", "0x84d000")]
    public void Read_Form_IsOneEvent(string message, string column, string value)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"         kswapd0-74      [003] .....  1234.567890: {message}\n"));
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        Assert.Equal(value, Assert.Single(dump.GetProperty("events").EnumerateArray()).GetProperty(column).ToString());
    }

    [Fact]
    public void Read_SecondLineOfTheUnmapMessage_IsDropped()
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            "         kswapd0-74      [003] .....  1.000001: kvm_unmap_hva_range: mmu notifier unmap range: 0x007f3a40000000 -- 0x007f3a40001000 flags 0x1\n notifier seq #12, count 1\n"));
        Assert.Single(dump.GetProperty("events").EnumerateArray());
        Assert.Equal(1, dump.GetProperty("counters").GetProperty("other_lines").GetInt64());
    }

    [Fact]
    public void Read_PageRoleAsPairs_IsDecimal()
    {
        // trace-cmd report -R of a genuine run: role 28548 is 0x6f84, level 4 and direct.
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            "cpus=2\n      kvmt-vcpu0-311   [001]    15.525144: kvm_mmu_get_page:      mmu_valid_gen=0 gfn=262144 role=28548 root_count=0 unsync=0 created=1\n" +
            "      kvmt-vcpu0-311   [001]    15.525150: kvm_tdp_mmu_spte_changed:  gfn=40176 old_spte=0 new_spte=2719be67 level=1 as_id=0\n"));
        Assert.Equal("trace-cmd-report-raw", dump.GetProperty("container").GetString());
        JsonElement page = dump.GetProperty("events")[0];
        Assert.Equal((4, "0x40000", true), (page.GetProperty("level").GetInt32(), page.GetProperty("gfn").GetString(), page.GetProperty("direct").GetBoolean()));
        Assert.Equal("0x40176", dump.GetProperty("events")[1].GetProperty("gfn").GetString());
    }

    [Theory]
    [InlineData("pid=5003 oldcomm=a newcomm=CPU 1/KVM oom_score_adj=0", 5003)]
    [InlineData("oldcomm=a newcomm=CPU 1/KVM oom_score_adj=0", 74)]
    public void Read_TaskRename_NamesTheTaskThatIsMeant(string message, int tid)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            $"           <...>-74      [003] .....  1.000001: task_rename: {message}\n           <...>-74      [003] .....  1.000002: kvm_test_age_hva: mmu notifier test age hva: 0x007f3a40000000\n"));
        JsonElement task = Assert.Single(dump.GetProperty("identity").EnumerateArray(), t => t.GetProperty("tid").GetInt32() == tid);
        Assert.Equal("CPU 1/KVM", task.GetProperty("comm").GetString());
        Assert.Equal(1, task.GetProperty("vcpu").GetInt32());
    }

    [Theory]
    [InlineData("mm_lru_activate: folio=00000000b8f3d1c2 pfn=-1", "bad_number")]
    [InlineData("mm_vmscan_direct_reclaim_end: nr_reclaimed=-1", "bad_number")]
    [InlineData("kvm_page_fault: vcpu 4294967296 rip 0x1 address 0x1 error_code 0x1", "malformed_event")]
    [InlineData("kvm_entry: vcpu 40000, rip 0x1", "malformed_event")]
    [InlineData("kvm_age_page: hva 7f3a40000000 gfn 40000 level 256 YOUNG", "malformed_event")]
    [InlineData("mm_lru_activate: folio=00000000b8f3d1c2 pf", "malformed_event")]
    [InlineData("kvm_mmu_spte_requested: gfn 1 pfn 2 level 300", "malformed_event")]
    [InlineData("kvm_dirty_ring_push: ring 40000: dirty 0x1 reset 0x0 slot 1 offset 0x2 (used 1)", "malformed_event")]
    public void Read_NumberThatFitsNoColumn_IsQuarantinedAndRepairsNothing(string message, string reason)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"         kswapd0-74      [003] .....  1234.567890: {message}\n"));
        Assert.Equal(reason, Assert.Single(dump.GetProperty("quarantine").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal("{}", dump.GetProperty("repairs").ToString());
    }

    [Theory]
    [InlineData("cpus=2\n", " prev_comm=swapper/3 prev_pid=0 prev_prio=120 prev_state=0x0 next_comm=CPU 0/KVM next_pid=5003 next_prio=120")]
    [InlineData("# tracer: nop\n", "prev_comm=a b=c prev_pid=0x0 (0) prev_prio=0x78 (120) prev_state=0x0 (0) next_comm=CPU 0/KVM next_pid=0x138b (5003) next_prio=0x78 (120)")]
    public void Read_NamesInPairs_ReachToTheNextPair(string head, string message)
    {
        const string Row = "         kswapd0-74      [003] .....  1234.567890: ";
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"{head}{Row}kvm_age_hva:          start=0x0 end=0x1000\n{Row}sched_switch:         {message}\n"));
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        JsonElement task = Assert.Single(dump.GetProperty("identity").EnumerateArray(), t => t.GetProperty("tid").GetInt32() == 5003);
        Assert.Equal("CPU 0/KVM", task.GetProperty("comm").GetString());
    }

    [Theory]
    [InlineData("kvm_unmap_hva_range: start=0x0 (0) end=add_x+0x0/0x1000 [kvm] (-2113929216)", "end", "0xffffffff82000000")]
    [InlineData("kvm_exit: exit_reason=0x30 (48) guest_rip=0x1 (1) isa=0x1 (1) info1=0x181 (385) info2=0x0 (0) vcpu_id=0x3 (3)", "op", "EPT_VIOLATION")]
    [InlineData("mm_migrate_pages: succeeded=0x20 (32) failed=0x1 (1) mode=0x0 (0) reason=0x0 (0)", "nr_succeeded", "32")]
    [InlineData("mmap_lock_acquire_returned: mm=0xffff888100000000 (-131387073626112) memcg_path=/vm write=(1) success=(1)", "write", "True")]
    [InlineData("tlb_flush: reason=0x1 (1) pages=0xffffffffffffffff (-1)", "reason", "remote shootdown")]
    [InlineData("contention_begin: lock_addr=0xffff888100000000 (-131387073626112) flags=0x6 (6)", "lock", "READ|WRITE")]
    [InlineData("fast_page_fault: vcpu_id=0x0 (0) cr2_or_gpa=0x1000 (4096) error_code=0x2 (2) sptep=0xffff (65535) old_spte=0x1 (1) new_spte=0x3 (3) ret=0x4 (4)", "op", "fast_fixed")]
    [InlineData("rss_stat: mm_id=0xa205b064 (-1576685468) curr=(1) member=0x1 (1) size=0x40000000 (1073741824)", "mm_id", "2718281828")]
    [InlineData("mm_khugepaged_scan_pmd: mm=0xffff (65535) pfn=0x123400 (1192960) referenced=0x1 (1) none_or_zero=0x0 (0) status=0x4 (4) unmapped=0x0 (0)", "status", "4")]
    [InlineData("mm_migrate_pages: succeeded=0x20 (32) failed=0x1 (1) mode=0x0 (0) reason=0x5 (5)", "reason", "numa_misplaced")]
    [InlineData("tlb_flush: reason=0x5 (5) pages=0x1 (1)", "reason", "remote wrong CPU")]
    [InlineData("kvm_mmu_walker_error: pferr=0x80000014 (-2147483628)", "error_code", "0x80000014")]
    public void Read_FieldsOption_IsTheSameEvent(string message, string column, string value)
    {
        const string Row = "         kswapd0-74      [003] .....  1234.567890: ";
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            $"# tracer: nop\n#\n{Row}kvm_age_hva: start=0x0 (0) end=0x1000 (4096)\n{Row}kvm_age_hva: start=0x0 (0) end=0x1000 (4096)\n{Row}{message}\n"));
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        Assert.Equal(value, dump.GetProperty("events")[2].GetProperty(column).ToString());
    }
}
