namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>Refaulted and total pages of a tier or a type, with the weight it gets in a comparison.</summary>
internal readonly record struct ControlPosition(ulong Refaulted, ulong Total, int Gain);

/// <summary>The comparison that decides which tiers and types are protected, in the kernel's integer arithmetic.</summary>
/// <remarks>
/// Models: positive_ctrl_err, get_tier_idx, get_type_to_scan of mm/vmscan.c.
/// Omits: nothing; products are taken in 128 bits and a 64-bit wrap is reported.
/// </remarks>
internal static class FeedbackControl
{
    /// <summary>True if pv refaults little, or in proportion not more than sp.</summary>
    public static bool Ok(ControlPosition sp, ControlPosition pv, ref long wraps)
    {
        if (pv.Refaulted < MglruLruvec.MinBatch)
        {
            return true;
        }
        UInt128 left = (UInt128)pv.Refaulted * (sp.Total + MglruLruvec.MinBatch) * (uint)sp.Gain;
        UInt128 right = (UInt128)(sp.Refaulted + 1) * pv.Total * (uint)pv.Gain;
        if (left > ulong.MaxValue || right > ulong.MaxValue)
        {
            wraps++;
        }
        return left <= right;
    }

    /// <summary>Last tier to evict, measured against the type's own first tier.</summary>
    public static int TierIndex(ReadOnlySpan<ControlPosition> tiers, int gain, ref long wraps)
    {
        ControlPosition first = tiers[0] with { Gain = gain };
        for (int tier = 1; tier < MglruLruvec.Tiers; tier++)
        {
            if (!Ok(first, tiers[tier] with { Gain = gain + 1 }, ref wraps))
            {
                return tier - 1;
            }
        }
        return MglruLruvec.Tiers - 1;
    }

    /// <summary>Last tier to evict of a chosen type, measured against the other type's first tier.</summary>
    public static int TierIndexAcross(ControlPosition other, ReadOnlySpan<ControlPosition> chosen, int gain, ref long wraps)
    {
        for (int tier = 1; tier < MglruLruvec.Tiers; tier++)
        {
            if (!Ok(other, chosen[tier] with { Gain = gain }, ref wraps))
            {
                return tier - 1;
            }
        }
        return MglruLruvec.Tiers - 1;
    }

    /// <summary>All tiers of a type as one position.</summary>
    public static ControlPosition Sum(ReadOnlySpan<ControlPosition> tiers, int gain)
    {
        ulong refaulted = 0;
        ulong total = 0;
        foreach (ControlPosition tier in tiers)
        {
            refaulted += tier.Refaulted;
            total += tier.Total;
        }
        return new ControlPosition(refaulted, total, gain);
    }
}
