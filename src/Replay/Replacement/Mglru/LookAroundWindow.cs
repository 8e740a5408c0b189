namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>The neighbours that look-around reads: at most 64 pages of the same page-table page and the same VMA.</summary>
/// <remarks>Models: the window of lru_gen_look_around, the same in every kernel read. Omits: nothing.</remarks>
public static class LookAroundWindow
{
    /// <summary>Window around a target; any unit of pages whose multiples of 512 are page-table bounds.</summary>
    /// <param name="target">The target's page number.</param>
    /// <param name="vmaStart">First page of its VMA.</param>
    /// <param name="vmaEnd">Page after its VMA.</param>
    /// <returns>First page and page after the last.</returns>
    public static (long Low, long High) Of(long target, long vmaStart, long vmaEnd)
    {
        long tableStart = target & ~511L;
        long low = Math.Max(tableStart, vmaStart);
        long high = Math.Min(tableStart + 512, vmaEnd);
        if (high - low <= MglruLruvec.MinBatch)
        {
            return (low, high);
        }
        const long Half = MglruLruvec.MinBatch / 2;
        return target - low < Half ? (low, low + MglruLruvec.MinBatch)
            : high - target < Half ? (high - MglruLruvec.MinBatch, high)
            : (target - Half, target + Half);
    }
}
