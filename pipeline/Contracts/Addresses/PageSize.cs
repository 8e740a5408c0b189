namespace SecondLook.Contracts.Addresses;

/// <summary>Sizes of the x86-64 and arm64 (4 KiB granule) page-table levels.</summary>
public static class PageSize
{
    /// <summary>log2 of the base page size in bytes.</summary>
    public const int Shift = 12;

    /// <summary>Base page size, bytes.</summary>
    public const int Bytes = 1 << Shift;

    /// <summary>Entries of one page table, hence base pages under one level-2 (PMD) entry.</summary>
    public const int PagesPerTable = 512;

    /// <summary>Base pages that one leaf of <paramref name="level"/> maps: 1, 512 or 262144.</summary>
    /// <param name="level">1 = 4 KiB, 2 = 2 MiB, 3 = 1 GiB.</param>
    public static long PagesOfLevel(int level) => 1L << (9 * (level - 1));
}
