using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>How long pages of one schedule stay untouched: the gaps between touches of one page, and the time after its last.</summary>
public sealed class ReuseGaps
{
    private ReuseGaps(long[] gaps, long[] tails, long[] pageMedians, double pageNs)
    {
        Gaps = gaps;
        Tails = tails;
        PageMedians = pageMedians;
        PageNs = pageNs;
    }

    /// <summary>Gaps between successive touches of one page, ns, ascending.</summary>
    public long[] Gaps { get; }

    /// <summary>Time from each page's last touch to the end, ns, ascending.</summary>
    public long[] Tails { get; }

    /// <summary>Median gap of each page touched more than once, ns, ascending.</summary>
    public long[] PageMedians { get; }

    /// <summary>Time from each page's first touch to the end, summed, page ns.</summary>
    public double PageNs { get; }

    /// <summary>Reads the accesses of a schedule.</summary>
    /// <param name="file">Its touches table.</param>
    /// <param name="endNs">End of the replay, ns.</param>
    public static ReuseGaps Read(string file, long endNs)
    {
        Table touches = Table.Read(file, TouchesTable.Schema);
        long[] ts = [.. touches[TouchesTable.TsNs]];
        int[] pages = [.. touches[TouchesTable.Page]];
        Array.Sort(ts, pages);
        Dictionary<int, List<long>> gapsOf = [];
        Dictionary<int, long> last = [];
        double pageNs = 0;
        List<long> gaps = [];
        for (int i = 0; i < ts.Length; i++)
        {
            if (last.TryGetValue(pages[i], out long before))
            {
                if (!gapsOf.TryGetValue(pages[i], out List<long>? own))
                {
                    gapsOf.Add(pages[i], own = []);
                }
                own.Add(ts[i] - before);
                gaps.Add(ts[i] - before);
            }
            else
            {
                pageNs += Math.Max(0, endNs - ts[i]);
            }
            last[pages[i]] = ts[i];
        }
        long[] sorted = [.. gaps];
        Array.Sort(sorted);
        long[] tails = [.. last.Values.Select(t => Math.Max(0, endNs - t)).Order()];
        long[] medians = [.. gapsOf.Values.Select(g =>
        {
            g.Sort();
            return g[g.Count / 2];
        }).Order()];
        return new ReuseGaps(sorted, tails, medians, pageNs);
    }

    /// <summary>How many of an ascending array are at most so much.</summary>
    public static int CountUpTo(long[] ascending, double limit)
    {
        int low = 0;
        int high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ascending[middle] <= limit)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>Page-time spent colder than a threshold, page ns.</summary>
    public double ColdNs(double thresholdNs) => Beyond(Gaps, thresholdNs) + Beyond(Tails, thresholdNs);

    private static double Beyond(long[] ascending, double threshold)
    {
        double sum = 0;
        for (int i = CountUpTo(ascending, threshold); i < ascending.Length; i++)
        {
            sum += ascending[i] - threshold;
        }
        return sum;
    }
}
