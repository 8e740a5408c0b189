namespace SecondLook.Replay.Mmu;

/// <summary>Which tracepoint a recorded event belongs to.</summary>
/// <remarks>
/// Models: the events of include/trace/events/kvm.h and arch/x86/kvm/mmu/mmutrace.h that aging and faults emit.
/// Omits: all others.
/// </remarks>
public enum EmittedKind
{
    /// <summary>kvm_age_hva.</summary>
    AgeHva,

    /// <summary>kvm_test_age_hva.</summary>
    TestAgeHva,

    /// <summary>kvm_fast_test_age_hva, one proposal only.</summary>
    FastTestAgeHva,

    /// <summary>kvm_unmap_hva_range.</summary>
    UnmapHvaRange,

    /// <summary>kvm_set_spte_hva, up to 6.9.</summary>
    SetSpteHva,

    /// <summary>kvm_tdp_mmu_spte_changed.</summary>
    SpteChanged,

    /// <summary>kvm_page_fault.</summary>
    PageFault,

    /// <summary>kvm_access_fault (arm64).</summary>
    AccessFault,

    /// <summary>kvm_mmu_zap_all_fast.</summary>
    ZapAllFast,

    /// <summary>kvm_guest_fault (arm64).</summary>
    GuestFault,

    /// <summary>mark_mmio_spte.</summary>
    MarkMmio,

    /// <summary>check_mmio_spte.</summary>
    CheckMmio,

    /// <summary>handle_mmio_page_fault.</summary>
    HandleMmio,

    /// <summary>kvm_mmu_set_spte of a shadow page.</summary>
    SetSpte,

    /// <summary>kvm_mmu_get_page of a root that shadows a guest's tables.</summary>
    GetPage,
}

/// <summary>One event that the modelled kernel would have traced.</summary>
/// <param name="Kind">Tracepoint.</param>
/// <param name="TimestampNs">Time, ns.</param>
/// <param name="A">First address (hva, gfn or gpa) by kind.</param>
/// <param name="B">End address, or the new entry of an SPTE change.</param>
/// <param name="Old">Old entry of an SPTE change; flag of a fast event; error code of a fault.</param>
/// <param name="Level">Level of an SPTE change; vCPU of a fault.</param>
/// <param name="AddressSpace">Address space of an SPTE change.</param>
/// <param name="Task">Index into <see cref="NotifierTrace.Tasks"/>.</param>
/// <param name="Cpu">CPU that ran the code.</param>
/// <remarks>
/// Models: a ring-buffer record.
/// Omits: interrupt state.
/// </remarks>
public readonly record struct EmittedEvent(
    EmittedKind Kind, long TimestampNs, ulong A, ulong B = 0, ulong Old = 0, int Level = 0, int AddressSpace = 0, int Task = 0, int Cpu = 0);

/// <summary>Collects the events that the modelled kernel would have traced, in its order. Tracing takes the slow path: one call per page.</summary>
/// <remarks>
/// Models: the order of tracepoints inside KVM's hooks: the hook's own event first, before any lock, then entry changes.
/// Omits: nothing of that order.
/// </remarks>
public sealed class NotifierTrace
{
    /// <summary>The events, oldest first.</summary>
    public List<EmittedEvent> Events { get; } = [];

    /// <summary>Names of tasks as a trace prints them, name-pid.</summary>
    public List<string> Tasks { get; } = ["kvm-1"];

    /// <summary>Time of what happens next, ns; set by whoever drives the model.</summary>
    public long NowNs { get; set; }

    /// <summary>Task of what happens next, index into <see cref="Tasks"/>.</summary>
    public int Task { get; set; }

    /// <summary>CPU of what happens next.</summary>
    public int Cpu { get; set; }

    internal void Add(EmittedKind kind, ulong a, ulong b = 0, ulong old = 0, int level = 0) =>
        Events.Add(new EmittedEvent(kind, NowNs, a, b, old, level, 0, Task, Cpu));

    internal void Changed(int addressSpace, ulong gfn, int level, ulong old, ulong now) =>
        Events.Add(new EmittedEvent(EmittedKind.SpteChanged, NowNs, gfn, now, old, level, addressSpace, Task, Cpu));
}
