namespace SecondLook.Replay.Mmu;

/// <summary>What is counted per hook and caller.</summary>
/// <remarks>
/// Models: the columns of the cost table in the KVM specification, section 4.1.
/// Omits: time; counts are priced elsewhere.
/// </remarks>
public enum CostKind
{
    /// <summary>Calls of the hook, one per subscriber that was asked.</summary>
    Calls,

    /// <summary>Calls whose range touched no memslot: answered without any lock.</summary>
    CallsOutsideSlots,

    /// <summary>Leaf entries looked at.</summary>
    EntriesVisited,

    /// <summary>Young bits cleared.</summary>
    BitsCleared,

    /// <summary>Leaf entries removed.</summary>
    EntriesZapped,

    /// <summary>Leaf entries installed.</summary>
    EntriesMapped,

    /// <summary>RCU read sections.</summary>
    RcuSections,

    /// <summary>Reverse-map heads locked.</summary>
    RmapSections,

    /// <summary>mmu_lock read sections.</summary>
    ReadSections,

    /// <summary>mmu_lock write sections.</summary>
    WriteSections,

    /// <summary>mmap_lock read sections taken by KVM (arm64 faults).</summary>
    MmapLockSections,

    /// <summary>Remote TLB flushes of a VM.</summary>
    Flushes,

    /// <summary>vCPUs kicked by those flushes.</summary>
    Ipis,
}
