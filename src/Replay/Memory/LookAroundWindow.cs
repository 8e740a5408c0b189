namespace SecondLook.Replay.Memory;

/// <summary>The neighbours that MGLRU may ask after it found a page young at eviction.</summary>
/// <param name="Start">First page.</param>
/// <param name="End">First page after the window; at most 64 pages.</param>
/// <remarks>
/// Models: the window of <c>lru_gen_look_around</c>, mm/vmscan.c, 6.1 to 7.2.
/// Omits: skip rules of single entries, which belong to the caller.
/// </remarks>
public readonly record struct LookAroundWindow(ulong Start, ulong End)
{
    /// <summary>Pages of the longest window.</summary>
    public const ulong MaxPages = 64;

    private const ulong TablePages = 512;

    /// <summary>Pages of the window.</summary>
    public ulong Pages => End - Start;

    /// <summary>The window around a page, in the same units as the arguments (pages).</summary>
    /// <param name="page">The page found young.</param>
    /// <param name="vmaStart">First page of its mapping.</param>
    /// <param name="vmaEnd">First page after its mapping.</param>
    public static LookAroundWindow Around(ulong page, ulong vmaStart, ulong vmaEnd)
    {
        ulong tableStart = page & ~(TablePages - 1);
        ulong start = Math.Max(tableStart, vmaStart);
        ulong end = Math.Min(tableStart + TablePages, vmaEnd);
        if (end - start > MaxPages)
        {
            if (page - start < MaxPages / 2)
            {
                end = start + MaxPages;
            }
            else if (end - page < MaxPages / 2)
            {
                start = end - MaxPages;
            }
            else
            {
                start = page - (MaxPages / 2);
                end = page + (MaxPages / 2);
            }
        }
        return new LookAroundWindow(start, end);
    }
}
