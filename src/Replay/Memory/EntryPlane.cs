namespace SecondLook.Replay.Memory;

/// <summary>
/// Names of the eight bit planes of an <see cref="EntryTables"/> line. A line is eight words of 64 bits: bit i of every word belongs to
/// entry i of the line, so all flags of 64 neighbouring entries share one cache line.
/// </summary>
/// <remarks>
/// <code>
/// line of 64 entries   word 0  Leaf      word 1  Young     word 2  Dirty     word 3  Writable
///                      word 4  SoftWrite word 5  Special   word 6  Numa      word 7  NoExec
/// </code>
/// Models: flags of page-table entries, include/linux/pgtable.h and arch/x86/kvm/mmu/spte.h.
/// Omits: caching, protection keys and other bits that aging never reads.
/// </remarks>
public static class EntryPlane
{
    /// <summary>Entry maps a page or a block (present and not a pointer to a table).</summary>
    public const int Leaf = 0;

    /// <summary>Accessed bit; for entries without hardware A/D bits: not access-tracked. Meaningless where <see cref="Leaf"/> is 0.</summary>
    public const int Young = 1;

    /// <summary>Dirty bit.</summary>
    public const int Dirty = 2;

    /// <summary>Stores are allowed by the entry itself.</summary>
    public const int Writable = 3;

    /// <summary>Stores may be allowed again without a full fault (mmu-writable of an SPTE); unused in the primary MMU.</summary>
    public const int SoftWrite = 4;

    /// <summary>Primary MMU: special or PFN-mapped entry, no subject of aging. Secondary: a cached MMIO entry, never a leaf.</summary>
    public const int Special = 5;

    /// <summary>Primary MMU: made inaccessible by the NUMA-balancing scan.</summary>
    public const int Numa = 6;

    /// <summary>Secondary MMU: execution is not allowed.</summary>
    public const int NoExec = 7;

    /// <summary>Words of a line.</summary>
    public const int Count = 8;
}
