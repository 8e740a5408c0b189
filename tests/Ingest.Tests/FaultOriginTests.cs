using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests;

/// <summary>What other events of a thread, and memslots, say of an event.</summary>
public sealed class FaultOriginTests
{
    [Theory]
    [InlineData("EXCEPTION_NMI", "2", "gva", "w")]
    [InlineData("PF excp", "10", "gva", "x")]
    [InlineData("npf", "4", "gpa", "r")]
    [InlineData("EPT_VIOLATION", "184", "gpa", "x")]
    public void Read_PageFault_IsWhatTheExitBeforeItSays(string reason, string code, string space, string access)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            Row($"kvm_exit: vcpu 0 reason {reason} rip 0x1 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000")
            + Row($"kvm_page_fault: vcpu 0 rip 0x1 address 0x0000000040001000 error_code 0x{code}")));
        JsonElement fault = dump.GetProperty("events")[1];
        Assert.Equal((space, access), (fault.GetProperty("space").GetString(), fault.GetProperty("access").GetString()));
        Assert.Equal(space == "gpa", fault.TryGetProperty("gfn", out _));
        Assert.Equal(reason, dump.GetProperty("events")[0].GetProperty("op").GetString());
    }

    [Fact]
    public void Read_SwitchAndNewTask_NameThreadsThatHaveARoleOrEvents()
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            Row("sched_switch: prev_comm=a b prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=CPU 1/KVM next_pid=5004 next_prio=120")
            + Row("sched_switch: prev_comm=x prev_pid=7 prev_prio=120 prev_state=R ==> next_comm=bash next_pid=8 next_prio=120")
            + Row("task_newtask: pid=5000 comm=qemu-system-x86 clone_flags=1200011 oom_score_adj=0")
            + Row("kvm_entry: vcpu 0, rip 0x1000")));
        List<string> rows = [.. dump.GetProperty("identity").EnumerateArray().Select(r => r.ToString())];
        Assert.Contains(rows, r => r.Contains("\"tid\":5004", StringComparison.Ordinal) && r.Contains("\"vcpu\":1", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.Contains("\"tid\":5000", StringComparison.Ordinal) && r.Contains("\"tgid\":5000", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, r => r.Contains("bash", StringComparison.Ordinal));
        Assert.Equal(2, dump.GetProperty("other_events_by_name").GetProperty("sched_switch").GetInt32());
    }

    [Fact]
    public void Read_CallOverTwoSlots_IsYoungByAClearInEitherOne()
    {
        const string Slots = "vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns\n"
            + "tgid:5000,0,0,0x0,160,0x7f3a40000000,0x0,,\ntgid:5000,0,1,0x100,160,0x7f3a400a0000,0x0,,\ntgid:5000,1,1,0x100,160,0x7f3a400a0000,0x0,,\n";
        using Scratch scratch = new();
        JsonElement dump = Dumped.Of(
            scratch.Write("trace.txt", Encoding.ASCII.GetBytes(
                Row("kvm_age_hva: mmu notifier age hva: 0x007f3a4009f000 -- 0x007f3a400a1000")
                + Row("kvm_tdp_mmu_spte_changed: as id 0 gfn 100 level 1 old_spte 600000123456b77 new_spte 600000123456a77")
                + Row("kvm_unmap_hva_range: mmu notifier unmap range: 0x007f3a40000000 -- 0x007f3b40000000"))),
            scratch.Write("memslots.csv", Encoding.ASCII.GetBytes(Slots)));
        List<JsonElement> events = [.. dump.GetProperty("events").EnumerateArray().Where(e => e.GetProperty("kind").GetString() != "memslot")];
        Assert.All(events, e => Assert.Equal("tgid:5000", e.GetProperty("vm").GetString()));
        Assert.Equal(("True", "spte_pair"), (events[0].GetProperty("young").ToString(), events[0].GetProperty("young_src").GetString()));
        Assert.False(events[0].TryGetProperty("gfn", out _));
    }

    private static int _next;

    private static string Row(string message) => $"       CPU 0/KVM-5003    [001] ...1.  {1 + Interlocked.Increment(ref _next)}.000000: {message}\n";
}
