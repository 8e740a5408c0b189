using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Mmu;

/// <summary>Facts that decide how large arm64 maps.</summary>
/// <remarks>
/// Models: arguments of the size decision in <c>user_mem_abort</c>, arch/arm64/kvm/mmu.c.
/// Omits: granules other than 4 KiB.
/// </remarks>
public readonly record struct BlockFault
{
    /// <summary>First guest physical address of the slot, bytes.</summary>
    public ulong Ipa { get; init; }

    /// <summary>First host address of the slot, bytes.</summary>
    public ulong Hva { get; init; }

    /// <summary>Size of the slot, bytes.</summary>
    public ulong SizeBytes { get; init; }

    /// <summary>Faulting host address.</summary>
    public ulong FaultHva { get; init; }

    /// <summary>Size of the leaf in the primary tables, bytes.</summary>
    public ulong LeafBytes { get; init; }

    /// <summary>hugetlb page size of the VMA, bytes; 0 when it is not hugetlb. 64 KiB and 32 MiB are contiguous entries.</summary>
    public ulong HugetlbBytes { get; init; }

    /// <summary>Dirty logging is on.</summary>
    public bool DirtyLog { get; init; }

    /// <summary>Size of an existing block that a permission fault hit, bytes; 0 for a translation fault.</summary>
    public ulong ExistingBytes { get; init; }

    /// <summary>Size of the guest's own stage-2 mapping when nested, bytes; 0 otherwise.</summary>
    public ulong NestedBytes { get; init; }

    /// <summary>Older kernels: KVM puts contiguous pieces of a PFN-mapped VMA together by itself.</summary>
    public bool Reassemble { get; init; }

    /// <summary>PFN-mapped VMA, bounds [start, end) in bytes; both 0 when it is none.</summary>
    public ulong PfnMapStart { get; init; }

    /// <summary>End of the PFN-mapped VMA, bytes.</summary>
    public ulong PfnMapEnd { get; init; }

    /// <summary>Frame behind the faulting address, for reassembly.</summary>
    public Pfn Pfn { get; init; }
}

/// <summary>Size at which arm64 maps a faulting page.</summary>
/// <remarks>
/// Models: the mapping-size rules of <c>user_mem_abort</c>, <c>fault_supports_stage2_huge_mapping</c> and <c>transparent_hugepage_adjust</c>,
/// arch/arm64/kvm/mmu.c; with <see cref="BlockFault.Reassemble"/> also the older reassembly of contiguous PFN ranges.
/// Omits: granules other than 4 KiB.
/// </remarks>
public static class BlockSize
{
    private const ulong Page = 4096;
    private const ulong Pmd = 1UL << 21;
    private const ulong Pud = 1UL << 30;

    /// <summary>The size, bytes: 4 KiB, 2 MiB or 1 GiB.</summary>
    public static ulong Choose(in BlockFault fault)
    {
        ulong granule;
        bool upgrade;
        if (fault.DirtyLog)
        {
            granule = Page;
            upgrade = false;
        }
        else
        {
            granule = Granule(fault, out upgrade);
        }
        if (fault.NestedBytes != 0)
        {
            granule = Math.Min(granule, fault.NestedBytes >= Pud ? Pud : fault.NestedBytes >= Pmd ? Pmd : Page);
            upgrade &= fault.NestedBytes >= Pmd;
        }
        if (granule != Page || !upgrade)
        {
            return granule;
        }
        if (fault.ExistingBytes > Page)
        {
            return fault.ExistingBytes;
        }
        return SlotAllows(fault, Pmd) && fault.LeafBytes >= Pmd ? Pmd : Page;
    }

    /// <summary>Whether slot and host alignment agree for a block and the block lies inside the slot.</summary>
    public static bool SlotAllows(in BlockFault fault, ulong size)
    {
        if (((fault.Ipa ^ fault.Hva) & (size - 1)) != 0)
        {
            return false;
        }
        ulong block = fault.FaultHva & ~(size - 1);
        return block >= fault.Hva && block + size <= fault.Hva + fault.SizeBytes;
    }

    private static ulong Granule(in BlockFault fault, out bool upgrade)
    {
        upgrade = true;
        ulong wanted = fault.HugetlbBytes != 0 ? fault.HugetlbBytes
            : fault.Reassemble && fault.PfnMapEnd > fault.PfnMapStart ? Reassembled(fault)
            : Page;
        if (wanted >= Pud && SlotAllows(fault, Pud))
        {
            return Pud;
        }
        // A 1 GiB page that does not fit, contiguous PMDs and 2 MiB pages all try 2 MiB next.
        if (wanted >= Pmd)
        {
            if (SlotAllows(fault, Pmd))
            {
                return Pmd;
            }
            upgrade = false;
            return Page;
        }
        // Contiguous PTEs are mapped page by page and never upgraded.
        upgrade = wanted == Page;
        return Page;
    }

    private static ulong Reassembled(in BlockFault fault)
    {
        foreach (ulong size in (ReadOnlySpan<ulong>)[Pud, Pmd])
        {
            ulong block = fault.FaultHva & ~(size - 1);
            bool aligned = ((fault.FaultHva ^ (fault.Pfn.Value << PageSize.Shift)) & (size - 1)) == 0;
            if (aligned && block >= fault.PfnMapStart && block + size <= fault.PfnMapEnd)
            {
                return size;
            }
        }
        return Page;
    }
}
