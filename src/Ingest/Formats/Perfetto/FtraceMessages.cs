namespace SecondLook.Ingest.Formats.Perfetto;

/// <summary>The ftrace messages of Perfetto that matter here: number in the event, tracepoint, and its fields by number, 1 first.</summary>
/// <remarks>Models: protos/perfetto/trace/ftrace/kvm.proto, kmem.proto, sched.proto, task.proto; fields stand in alphabetical order.</remarks>
internal static class FtraceMessages
{
    /// <summary>Number of the message for events that have none of their own.</summary>
    public const int Generic = 327;

    private static readonly Dictionary<int, (string Name, string[] Fields)> Known = new()
    {
        [236] = ("task_rename", ["pid", "oldcomm", "newcomm", "oom_score_adj"]),
        [237] = ("sched_process_exec", ["filename", "pid", "old_pid"]),
        [239] = ("sched_process_fork", ["parent_comm", "parent_pid", "child_comm", "child_pid"]),
        [313] = ("rss_stat", ["member", "size", "curr", "mm_id"]),
        [368] = ("kvm_access_fault", ["ipa"]),
        [370] = ("kvm_age_hva", ["end", "start"]),
        [371] = ("kvm_age_page", ["gfn", "hva", "level", "referenced"]),
        [376] = ("kvm_entry", ["vcpu_pc"]),
        [377] = ("kvm_exit", ["esr_ec", "ret", "vcpu_pc"]),
        [380] = ("kvm_guest_fault", ["hsr", "hxfar", "ipa", "vcpu_pc"]),
        [384] = ("kvm_mmio", ["gpa", "len", "type", "val"]),
        [388] = ("kvm_set_spte_hva", ["hva"]),
        [391] = ("kvm_test_age_hva", ["hva"]),
        [398] = ("kvm_unmap_hva_range", ["end", "start"]),
    };

    /// <summary>The message of a number, or null.</summary>
    public static (string Name, string[] Fields)? Find(int field) => Known.TryGetValue(field, out (string, string[]) found) ? found : null;
}
