namespace SecondLook.Replay.Memory;

/// <summary>What a host mapping is made of, as far as aging and huge pages ask.</summary>
[Flags]
public enum VmaFlags
{
    /// <summary>Ordinary memory.</summary>
    None = 0,

    /// <summary>PFN-mapped: device memory without folios; no subject of aging.</summary>
    PfnMap = 1,

    /// <summary>Device registers.</summary>
    Io = 2,

    /// <summary>Other special mapping: look-around stays out of it.</summary>
    Special = 4,

    /// <summary>Locked in memory.</summary>
    Locked = 8,

    /// <summary>Advised as read in sequence: references are not trusted.</summary>
    SequentialRead = 16,

    /// <summary>Advised as read at random.</summary>
    RandomRead = 32,

    /// <summary>Transparent huge pages are off.</summary>
    NoHuge = 64,
}

/// <summary>One mapping of the host process: host pages [Start, End) with equal properties.</summary>
/// <param name="Start">First host page (address divided by 4096).</param>
/// <param name="End">First host page after it.</param>
/// <param name="Flags">Properties.</param>
/// <param name="HugetlbPages">Base pages of a hugetlb page (512, 262144, or contiguous sizes 16 and 8192); 0 when not hugetlb.</param>
/// <remarks>
/// Models: <c>struct vm_area_struct</c>, include/linux/mm_types.h.
/// Omits: protection beyond what entries say, files and offsets.
/// </remarks>
public readonly record struct Vma(ulong Start, ulong End, VmaFlags Flags = VmaFlags.None, ulong HugetlbPages = 0);
