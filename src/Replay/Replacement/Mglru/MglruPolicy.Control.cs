using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>Which type and which tiers a batch takes.</content>
public sealed partial class MglruPolicy
{
    /// <summary>Type to scan first and its last tier to evict; tier -1 asks for the type's own limit.</summary>
    internal (int Type, int Tier) TypeToScan(MglruLruvec lruvec, int swappiness, bool mayIo)
    {
        if (!_switches.Tiers)
        {
            return (swappiness <= 1 ? 1 : swappiness >= 200 ? 0 : lruvec.MinSeqs[0] < lruvec.MinSeqs[1] ? 0 : 1, MglruLruvec.Tiers - 1);
        }
        Span<ControlPosition> anon = stackalloc ControlPosition[MglruLruvec.Tiers];
        Span<ControlPosition> file = stackalloc ControlPosition[MglruLruvec.Tiers];
        long wraps = 0;
        (int, int) choice;
        if (_switches.TypeChoice == TypeChoice.FirstTierWithShortcuts)
        {
            if (swappiness == 0)
            {
                return (1, -1);
            }
            if (lruvec.MinSeqs[0] < lruvec.MinSeqs[1])
            {
                return (0, -1);
            }
            if (swappiness == 1)
            {
                return (1, -1);
            }
            if (swappiness >= 200)
            {
                return (0, -1);
            }
            if (!mayIo)
            {
                return (1, -1);
            }
            Positions(lruvec, 0, anon);
            Positions(lruvec, 1, file);
            ControlPosition sp = anon[0] with { Gain = swappiness };
            ControlPosition pv = file[0] with { Gain = 200 - swappiness };
            bool isFile = FeedbackControl.Ok(sp, pv, ref wraps);
            int tier = isFile
                ? FeedbackControl.TierIndexAcross(sp, file, 200 - swappiness, ref wraps)
                : FeedbackControl.TierIndexAcross(pv, anon, swappiness, ref wraps);
            choice = (isFile ? 1 : 0, tier);
        }
        else
        {
            if (swappiness <= 1)
            {
                return (1, -1);
            }
            if (swappiness >= 200)
            {
                return (0, -1);
            }
            Positions(lruvec, 0, anon);
            Positions(lruvec, 1, file);
            bool isFile = FeedbackControl.Ok(
                FeedbackControl.Sum(anon, swappiness), FeedbackControl.Sum(file, 200 - swappiness), ref wraps);
            choice = (isFile ? 1 : 0, -1);
        }
        Model.Counters.ControllerWraps += wraps;
        return choice;
    }

    /// <summary>Last tier to evict of a type by its own counters.</summary>
    internal int TierIndex(MglruLruvec lruvec, int type)
    {
        if (!_switches.Tiers)
        {
            return MglruLruvec.Tiers - 1;
        }
        Span<ControlPosition> tiers = stackalloc ControlPosition[MglruLruvec.Tiers];
        Positions(lruvec, type, tiers);
        long wraps = 0;
        int index = FeedbackControl.TierIndex(tiers, _switches.TierGain, ref wraps);
        Model.Counters.ControllerWraps += wraps;
        return index;
    }

    private void Positions(MglruLruvec lruvec, int type, Span<ControlPosition> tiers)
    {
        int hist = lruvec.Hist(lruvec.MinSeqs[type]) + type * MglruLruvec.Tiers;
        int own = type * MglruLruvec.Tiers;
        for (int tier = 0; tier < MglruLruvec.Tiers; tier++)
        {
            long saved = tier >= _switches.FirstProtectedTier ? lruvec.Protected[hist + tier] : 0;
            tiers[tier] = new ControlPosition(
                (ulong)(lruvec.AvgRefaulted[own + tier] + lruvec.Refaulted[hist + tier]),
                (ulong)(lruvec.AvgTotal[own + tier] + lruvec.Evicted[hist + tier] + saved),
                1);
        }
    }
}
