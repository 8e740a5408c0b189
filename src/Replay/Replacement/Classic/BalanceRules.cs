namespace SecondLook.Replay.Replacement.Classic;

/// <summary>The integer rules that balance active against inactive and anon against file.</summary>
/// <remarks>Models: inactive_is_low, workingset_test_recent, get_scan_count of mm/vmscan.c and mm/workingset.c. Omits: nothing.</remarks>
internal static class BalanceRules
{
    /// <summary>True if the inactive list is too short for the active one.</summary>
    public static bool InactiveIsLow(long inactive, long active)
    {
        long gib = (inactive + active) >> 18;
        long ratio = gib == 0 ? 1 : SquareRoot(10 * gib);
        return inactive * ratio < active;
    }

    /// <summary>True if a refault at this distance would have fit had the other lists made room.</summary>
    public static bool RefaultActivates(long distance, int type, bool swap, ReadOnlySpan<long> sizes)
    {
        long room = sizes[3];
        if (type == 0)
        {
            room += sizes[2];
        }
        if (swap)
        {
            room += sizes[1];
            if (type == 1)
            {
                room += sizes[0];
            }
        }
        return distance <= room;
    }

    /// <summary>Weights of anon and file from the costs of reclaiming them.</summary>
    public static (long Anon, long File) Shares(long anonCost, long fileCost, int swappiness)
    {
        long sum = anonCost + fileCost;
        long anon = sum + anonCost;
        long file = sum + fileCost;
        long total = anon + file;
        return (swappiness * (total + 1) / (anon + 1), (200 - swappiness) * (total + 1) / (file + 1));
    }

    public static long SquareRoot(long value)
    {
        long root = (long)Math.Sqrt(value);
        while (root * root > value)
        {
            root--;
        }
        while ((root + 1) * (root + 1) <= value)
        {
            root++;
        }
        return root;
    }
}
