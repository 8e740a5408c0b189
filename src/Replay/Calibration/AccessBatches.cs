using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Calibration;

/// <summary>Finds how many accesses the capture program hands to a vCPU at once: between two batches the guest pauses.</summary>
public static class AccessBatches
{
    private const int Usual = 256;
    private const int Smallest = 32;
    private const int Largest = 4096;
    private const int FewestBorders = 3;
    private const double PauseOverMean = 3;

    /// <summary>
    /// The smallest power of two whose odd multiples are pauses: positions count within a step and vCPU. Where no pauses show, the kit's default.
    /// </summary>
    public static int SizeOf(AccessSchedule schedule)
    {
        for (int size = Smallest; size <= Largest; size *= 2)
        {
            if (HasPauses(schedule, size))
            {
                return size;
            }
        }
        return Usual;
    }

    private static bool HasPauses(AccessSchedule schedule, int size)
    {
        Dictionary<(int Step, int Vcpu), (int Count, long LastNs)> streams = [];
        double all = 0;
        long gaps = 0;
        List<long> borders = [];
        foreach (ref readonly ScheduledAccess access in schedule.Accesses)
        {
            if (access.Host || access.Step < 0)
            {
                continue;
            }
            (int, int) key = (access.Step, access.Vcpu);
            if (streams.TryGetValue(key, out (int Count, long LastNs) stream))
            {
                long gap = access.TsNs - stream.LastNs;
                all += gap;
                gaps++;
                if (stream.Count % size == 0 && stream.Count / size % 2 == 1)
                {
                    borders.Add(gap);
                }
            }
            streams[key] = (stream.Count + 1, access.TsNs);
        }
        borders.Sort();
        return borders.Count >= FewestBorders && gaps > 0 && borders[borders.Count / 2] > PauseOverMean * all / gaps;
    }
}
