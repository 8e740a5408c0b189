namespace SecondLook.Replay.Mmu;

/// <summary>Entry points of a secondary MMU as the host's memory management calls them, and guest faults beside them.</summary>
/// <remarks>
/// Models: <c>struct mmu_notifier_ops</c>, include/linux/mmu_notifier.h, with the hooks that proposals added.
/// Omits: registration hooks.
/// </remarks>
public enum NotifierHook
{
    /// <summary>Age and clear, then flush guest TLBs if anything was young.</summary>
    ClearFlushYoung,

    /// <summary>Age and clear without a flush.</summary>
    ClearYoung,

    /// <summary>Ask without clearing.</summary>
    TestYoung,

    /// <summary>Proposals only: clear what can be answered fast (fast-only flag, separate hook or bitmap).</summary>
    FastClearYoung,

    /// <summary>Proposals only: test what can be answered fast.</summary>
    FastTestYoung,

    /// <summary>Start of an invalidation: zaps the range.</summary>
    InvalidateStart,

    /// <summary>End of an invalidation: lets faults of the range in again.</summary>
    InvalidateEnd,

    /// <summary>Replaced frame of one page, up to 6.9.</summary>
    ChangePte,

    /// <summary>Teardown of the VM.</summary>
    Release,

    /// <summary>Not a hook: guest page faults, full and lockless.</summary>
    GuestFault,

    /// <summary>Not a hook: memslot changes and zap-all.</summary>
    MemslotChange,

    /// <summary>Not a hook: guest accesses of frames without a memslot.</summary>
    Mmio,
}
