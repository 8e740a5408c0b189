using System.Numerics;

namespace SecondLook.Replay.Reference;

/// <summary>
/// How much another draw of pages would have moved an estimate made of a sample: the number of drawn pages between two requests of a page, and how it
/// goes together with the misses of the pages drawn. Both follow from how they differ between groups of the sample, drawn like itself.
/// </summary>
/// <remarks>
/// <code>
/// group        0   1   2  ...        pages of each group between two requests at a distance of about d, on average
/// between     3.1 2.8 3.4            equal for all groups: other windows hold other pages, and their chances cancel
/// misses       90  71 104            requests of each group at d or farther
/// </code>
/// One window holds a binomial number of drawn pages. Its deviation counts in full where all windows hold the same pages (a loop), and less the more
/// they differ: the <em>dispersion</em> is the variance of the average window over that of one.
/// Source: random groups, Wolter, "Introduction to Variance Estimation", chapter 2.
/// </remarks>
internal sealed class DrawSpread
{
    private const int Groups = GroupedStack.Groups;

    // Distances are joined so that a band is an eighth of a doubling.
    private const int BandShift = 3;
    private const int Bands = (32 - BandShift + 1) << BandShift;
    private const int AllOfTheFirst = 1000;
    private readonly long[] _seen = new long[Bands];
    private readonly long[] _windows = new long[Bands];
    private readonly long[] _between = new long[Bands * Groups];
    private readonly long[] _misses = new long[(Bands + 1) * Groups];

    /// <summary>A request of the sample.</summary>
    /// <param name="distance">Its distance, 0 for a first one.</param>
    /// <param name="group">Group of its page.</param>
    /// <returns>Whether <see cref="AddWindow"/> wants to see what was between: all of the first windows of a band, then one of eight.</returns>
    public bool Add(int distance, int group)
    {
        int band = distance == 0 ? Bands : BandOf(distance);
        _misses[(band * Groups) + group]++;
        return distance > 0 && (_seen[band]++ < AllOfTheFirst || (_seen[band] & 7) == 0);
    }

    /// <summary>What was between a request and the one before of its page.</summary>
    /// <param name="distance">Its distance, above 0.</param>
    /// <param name="between">Pages of each group since the last request of its page.</param>
    public void AddWindow(int distance, ReadOnlySpan<int> between)
    {
        int band = BandOf(distance);
        _windows[band]++;
        Span<long> sums = _between.AsSpan(band * Groups, Groups);
        for (int g = 0; g < Groups; g++)
        {
            sums[g] += between[g];
        }
    }

    /// <summary>All requests were added.</summary>
    public void Close()
    {
        for (int i = (Bands * Groups) - 1; i >= 0; i--)
        {
            _misses[i] += _misses[i + Groups];
        }
    }

    /// <summary>What holds at a distance.</summary>
    /// <param name="distance">Distance in the sample, at least 1.</param>
    /// <returns>Variance of the average window over that of one, 0 to 1; correlation of pages between and misses, -1 to 1.</returns>
    public (double Dispersion, double Together) At(double distance)
    {
        int band = BandOf((int)Math.Min(int.MaxValue, distance));
        if (_windows[band] == 0)
        {
            return (1, 1);
        }
        double betweenMean = 0;
        double missesMean = 0;
        for (int g = 0; g < Groups; g++)
        {
            betweenMean += (double)_between[(band * Groups) + g] / _windows[band] / Groups;
            missesMean += (double)_misses[(band * Groups) + g] / Groups;
        }
        double bb = 0;
        double bm = 0;
        double mm = 0;
        for (int g = 0; g < Groups; g++)
        {
            double b = ((double)_between[(band * Groups) + g] / _windows[band]) - betweenMean;
            double m = _misses[(band * Groups) + g] - missesMean;
            bb += b * b;
            bm += b * m;
            mm += m * m;
        }
        double dispersion = betweenMean > 0 ? Math.Min(1, bb / (Groups - 1) / betweenMean) : 1;
        return (dispersion, bb > 0 && mm > 0 ? Math.Clamp(bm / Math.Sqrt(bb * mm), -1, 1) : 1);
    }

    private static int BandOf(int distance)
    {
        int octave = BitOperations.Log2((uint)distance);
        return octave < BandShift ? distance : ((octave - BandShift + 1) << BandShift) + ((distance >> (octave - BandShift)) & ((1 << BandShift) - 1));
    }
}
