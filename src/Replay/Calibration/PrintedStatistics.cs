using SecondLook.Replay.Hosts;

namespace SecondLook.Replay.Calibration;

/// <summary>Reading memory.stat flushes statistics; the sizes of the file lists that it printed are known from then on.</summary>
internal static class PrintedStatistics
{
    /// <summary>The capture program reads memory.stat.</summary>
    /// <param name="host">The host.</param>
    /// <param name="printed">The snapshot, when its file sizes may be used; else null.</param>
    public static void Flush(HostModel host, RecordedSnapshot? printed)
    {
        if (printed is { MemoryStat.Length: > 0 })
        {
            host.Reclaim.KnowFileSizes(host.Memcg, printed.Pages("inactive_file"), printed.Pages("active_file"));
        }
        else
        {
            host.Reclaim.FlushStats();
        }
    }
}
