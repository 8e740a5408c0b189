namespace SecondLook.Replay.Replacement.Lists;

/// <summary>State bits of a folio; the two reference-count bits sit in the top of the word.</summary>
/// <remarks>Models: enum pageflags and LRU_REFS_MASK of include/linux. Omits: flags that reclaim does not read.</remarks>
[Flags]
public enum FolioFlags : uint
{
    /// <summary>Nothing set: a fresh file folio.</summary>
    None = 0,

    /// <summary>First access seen.</summary>
    Referenced = 1 << 0,

    /// <summary>Has a working-set history.</summary>
    Workingset = 1 << 1,

    /// <summary>On the active list, or a message to the insertion rule.</summary>
    Active = 1 << 2,

    /// <summary>Wanted free as soon as its write ends.</summary>
    Reclaim = 1 << 3,

    /// <summary>Differs from its copy on disk or in swap.</summary>
    Dirty = 1 << 4,

    /// <summary>Being written.</summary>
    Writeback = 1 << 5,

    /// <summary>Locked by somebody else.</summary>
    Locked = 1 << 6,

    /// <summary>Has a swap slot.</summary>
    SwapCache = 1 << 7,

    /// <summary>Anon or shmem: type 0.</summary>
    SwapBacked = 1 << 8,

    /// <summary>Cannot be reclaimed (mlocked and the like).</summary>
    Unevictable = 1 << 9,

    /// <summary>File folio mapped executable.</summary>
    ExecFile = 1 << 10,

    /// <summary>Waits in a per-CPU insertion batch.</summary>
    Batched = 1 << 11,

    /// <summary>Exists: charged to its memcg.</summary>
    Resident = 1 << 12,

    /// <summary>Brought in by read-around and not used yet.</summary>
    ReadAround = 1 << 13,

    /// <summary>All bytes zero.</summary>
    Zero = 1 << 14,

    /// <summary>Pinned for DMA: cannot be freed.</summary>
    Pinned = 1 << 15,

    /// <summary>Mapped in a primary page table.</summary>
    Mapped = 1 << 16,

    /// <summary>Freed by reclaim and not yet back.</summary>
    SwappedOut = 1 << 17,

    /// <summary>Waits in a per-CPU rotation batch.</summary>
    Rotating = 1 << 18,

    /// <summary>Its mapping is mlocked.</summary>
    MlockedMapping = 1 << 19,

    /// <summary>The reference test cannot tell (lock contended, mm exiting).</summary>
    RefTestFails = 1 << 20,

    /// <summary>Waits in a per-CPU activation batch (classic lists).</summary>
    Activating = 1 << 21,

    /// <summary>A block of metadata whose buffer some CPU looked up lately and still holds: it cannot be let go of.</summary>
    BuffersBusy = 1 << 22,

    /// <summary>Low bit of refs_bits.</summary>
    RefsLow = 1u << 30,

    /// <summary>High bit of refs_bits.</summary>
    RefsHigh = 1u << 31,

    /// <summary>Both bits that count accesses.</summary>
    RefsMask = RefsLow | RefsHigh,

    /// <summary>Waits in a batch that moves folios already on a list.</summary>
    Moving = Rotating | Activating,

    /// <summary>What a fresh start clears: referenced, workingset and the count.</summary>
    AllRefs = Referenced | Workingset | RefsMask,
}
