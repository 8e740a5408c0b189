using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;

namespace SecondLook.Replay.Calibration;

/// <summary>Compares printed generation sizes with a model's.</summary>
/// <remarks>
/// Error = sum over generations of |model - kernel| anon pages / 2 / the kernel's total, taking the better of own and lined-up max_seq
/// (calibration.md section 2).
/// </remarks>
public static class GenerationError
{
    /// <summary>Generations against generations.</summary>
    public static CalibratedSnapshot Compare(RecordedSnapshot snapshot, MglruLruvec lruvec)
    {
        List<PrintedGeneration> printed = snapshot.Generations;
        if (printed.Count == 0)
        {
            return new CalibratedSnapshot(snapshot.Name, 1, 0, [], Sizes(lruvec));
        }
        long offset = lruvec.MaxSeq - printed[^1].Seq;
        double own = Error(printed, lruvec, 0);
        double linedUp = Error(printed, lruvec, offset);
        long[] real = new long[printed.Count];
        for (int i = 0; i < real.Length; i++)
        {
            real[i] = printed[i].Anon;
        }
        return new CalibratedSnapshot(snapshot.Name, Math.Min(own, linedUp), offset, real, Sizes(lruvec));
    }

    /// <summary>Inactive and active anon pages against the classic lists.</summary>
    public static CalibratedSnapshot CompareClassic(RecordedSnapshot snapshot, HostModel host)
    {
        long inactive = 0;
        long active = 0;
        FolioTable folios = host.Reclaim.Folios;
        for (int folio = 0; folio < folios.Count; folio++)
        {
            if (folios.IsOnList(folio) && folios.TypeOf(folio) == 0)
            {
                bool isActive = folios.Has(folio, FolioFlags.Active);
                active += isActive ? 1 : 0;
                inactive += isActive ? 0 : 1;
            }
        }
        long realInactive = snapshot.Pages("inactive_anon");
        long realActive = snapshot.Pages("active_anon");
        long total = realInactive + realActive;
        double error = total == 0 ? (inactive + active == 0 ? 0 : 1) : (Math.Abs(inactive - realInactive) + Math.Abs(active - realActive)) / 2.0 / total;
        return new CalibratedSnapshot(snapshot.Name, error, 0, [realInactive, realActive], [inactive, active]);
    }

    private static double Error(List<PrintedGeneration> printed, MglruLruvec lruvec, long offset)
    {
        long difference = 0;
        long total = 0;
        long low = Math.Min(printed[0].Seq + offset, lruvec.MinSeq(0));
        long high = Math.Max(printed[^1].Seq + offset, lruvec.MaxSeq);
        for (long seq = low; seq <= high; seq++)
        {
            long real = 0;
            foreach (PrintedGeneration generation in printed)
            {
                real += generation.Seq + offset == seq ? generation.Anon : 0;
            }
            total += real;
            difference += Math.Abs(real - lruvec.Pages(seq, 0));
        }
        return total == 0 ? (difference == 0 ? 0 : 1) : difference / 2.0 / total;
    }

    private static long[] Sizes(MglruLruvec lruvec)
    {
        long[] sizes = new long[lruvec.MaxSeq - lruvec.MinSeq(0) + 1];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = lruvec.Pages(lruvec.MinSeq(0) + i, 0);
        }
        return sizes;
    }
}
