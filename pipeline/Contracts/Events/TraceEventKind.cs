namespace SecondLook.Contracts.Events;

/// <summary>What a row of <c>events</c> is about; the byte is what Parquet stores (trace-formats.md section 4).</summary>
public enum TraceEventKind : byte
{
    /// <summary>KVM was asked to clear or test young bits of an hva range.</summary>
    Age = 1,

    /// <summary>A young answer printed by the kernel (kvm_age_page) or by a return-value probe.</summary>
    AgeResult = 2,

    /// <summary>An hva range is being unmapped or changed (invalidate_range_start).</summary>
    Invalidate = 3,

    /// <summary>A primary PTE was replaced (COW break, KSM); kernels up to 6.9.</summary>
    ChangePte = 4,

    /// <summary>A guest access trapped: page fault, stage-2 fault, access-flag fault.</summary>
    GuestFault = 5,

    /// <summary>A TDP MMU entry changed from one value to another.</summary>
    SpteChange = 6,

    /// <summary>KVM installed an SPTE.</summary>
    SpteSet = 7,

    /// <summary>KVM asked for an SPTE of a level.</summary>
    MapRequest = 8,

    /// <summary>A page fault of a host task.</summary>
    HostFault = 9,

    /// <summary>A folio reached an LRU list.</summary>
    LruInsert = 10,

    /// <summary>A folio was activated on the classic lists.</summary>
    LruActivate = 11,

    /// <summary>A step of reclaim: scan, shrink, begin or end of a pass.</summary>
    Reclaim = 12,

    /// <summary>Swap-out write or swap-in.</summary>
    Swap = 13,

    /// <summary>Write-out of a file folio by reclaim.</summary>
    Writeback = 14,

    /// <summary>Migration or compaction.</summary>
    Migrate = 15,

    /// <summary>khugepaged work.</summary>
    Thp = 16,

    /// <summary>Page cache insertion or removal.</summary>
    PageCache = 17,

    /// <summary>A memslot appeared, changed or went.</summary>
    Memslot = 18,

    /// <summary>Lock acquisition, wait or release.</summary>
    Lock = 19,

    /// <summary>Events were lost, or a capture broke off.</summary>
    Gap = 20,

    /// <summary>Task and thread identities.</summary>
    Identity = 21,

    /// <summary>VM entry.</summary>
    VcpuEntry = 22,

    /// <summary>VM exit.</summary>
    VcpuExit = 23,

    /// <summary>MMIO access.</summary>
    Mmio = 24,

    /// <summary>An MMIO SPTE was set or checked.</summary>
    MmioSpte = 25,

    /// <summary>Dirty logging.</summary>
    Dirty = 26,

    /// <summary>A shadow page was found or made.</summary>
    SpGet = 27,

    /// <summary>A shadow page was synchronised.</summary>
    SpSync = 28,

    /// <summary>A shadow page went out of sync.</summary>
    SpUnsync = 29,

    /// <summary>A shadow page is to be zapped.</summary>
    SpZap = 30,

    /// <summary>Fast invalidation of all shadow pages.</summary>
    ZapAll = 31,

    /// <summary>A huge SPTE was split.</summary>
    Split = 32,

    /// <summary>Asynchronous page fault.</summary>
    AsyncPf = 33,

    /// <summary>KVM walked guest page tables.</summary>
    GuestWalk = 34,

    /// <summary>One entry of such a walk.</summary>
    GuestWalkStep = 35,

    /// <summary>KVM set A or D in a guest PTE.</summary>
    GuestPteUpdate = 36,

    /// <summary>DAMON aggregation.</summary>
    Damon = 37,

    /// <summary>RSS counter.</summary>
    Rss = 38,

    /// <summary>TLB flush.</summary>
    TlbFlush = 39,
}
