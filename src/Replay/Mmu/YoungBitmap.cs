namespace SecondLook.Replay.Mmu;

/// <summary>Bit numbers of the bitmap that series v2 and v3 pass to the young hooks: they count from the end of the range.</summary>
/// <remarks>
/// Models: the bitmap argument of <c>test_clear_young</c> (v2) and of <c>test_young</c> and <c>clear_young</c> (v3).
/// Omits: nothing.
/// </remarks>
public static class YoungBitmap
{
    /// <summary>Bit of a page.</summary>
    /// <param name="page">Page inside the range.</param>
    /// <param name="end">First page after the range.</param>
    public static int BitOf(ulong page, ulong end) => (int)(end - page) - 1;

    /// <summary>Turns a word in page order (bit 0 = first page) into the order of the hook's bitmap.</summary>
    /// <param name="word">Bits in page order.</param>
    /// <param name="pages">Pages of the range, 1 to 64.</param>
    public static ulong FromPageOrder(ulong word, int pages)
    {
        ulong reversed = 0;
        for (int i = 0; i < pages; i++)
        {
            reversed |= (word >> i & 1) << (pages - 1 - i);
        }
        return reversed;
    }

    /// <summary>Smallest range of pages that holds all set bits.</summary>
    /// <param name="word">Bits in page order; at least one is set.</param>
    /// <param name="page">Page of bit 0.</param>
    /// <returns>First page and first page after it.</returns>
    public static (ulong Start, ulong End) Hull(ulong word, ulong page) => (
        page + (ulong)System.Numerics.BitOperations.TrailingZeroCount(word),
        page + 64 - (ulong)System.Numerics.BitOperations.LeadingZeroCount(word));
}
