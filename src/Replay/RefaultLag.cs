using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>How far the guest is behind its recorded time because it waits for refaults that the recorded guest did not have, or ahead.</summary>
/// <param name="costNs">Wait for each refault, ns; 0 switches it off.</param>
/// <param name="known">What the capture proves; null with a cost of 0.</param>
public sealed class RefaultLag(long costNs, KnownIntervals? known)
{
    private readonly List<long> _recorded = costNs > 0 && known is not null ? Refaults(known) : [];
    private int _seen;

    /// <summary>The lag at an instant of the recording, ns.</summary>
    /// <param name="tsNs">The instant; never before that of the call before.</param>
    /// <param name="recorder">Knows the refaults so far.</param>
    public long At(long tsNs, ReplayRecorder recorder)
    {
        if (costNs == 0)
        {
            return 0;
        }
        while (_seen < _recorded.Count && _recorded[_seen] <= tsNs)
        {
            _seen++;
        }
        return (recorder.Record.Refaults.Count - _seen) * costNs;
    }

    // Maps of pages that had been mapped before: the recorded guest waited for these already.
    private static List<long> Refaults(KnownIntervals known)
    {
        HashSet<int> pages = [];
        List<long> times = [];
        foreach (AccessPoint point in known.Points)
        {
            if (!pages.Add(point.Page))
            {
                times.Add(point.TsNs);
            }
        }
        return times;
    }
}
