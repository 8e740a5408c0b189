namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>What a histogram of generations says about the pages used within a window.</summary>
/// <remarks>Models: the reading of lru_gen described in the kernel's admin guide, made into bounds. Omits: pages seen once only.</remarks>
public static class WorkingSetBounds
{
    /// <summary>Bounds of the working set.</summary>
    /// <param name="rows">Age of birth in milliseconds and pages, one per generation, oldest first.</param>
    /// <param name="windowMs">Window in milliseconds.</param>
    /// <returns>Pages certainly and pages possibly used within the window.</returns>
    public static (long Lower, long Upper) Of(IReadOnlyList<(long AgeMs, long Pages)> rows, long windowMs)
    {
        long lower = 0;
        long upper = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            long nextAge = i + 1 < rows.Count ? rows[i + 1].AgeMs : 0;
            lower += rows[i].AgeMs <= windowMs ? rows[i].Pages : 0;
            upper += nextAge < windowMs ? rows[i].Pages : 0;
        }
        return (lower, upper);
    }
}
