namespace SecondLook.Replay.Reference;

/// <summary>LRU's misses at every size, estimated from the requests of a random share of the pages, with an error of three standard deviations.</summary>
/// <remarks>
/// A request of the sample whose distance is d in the sample stands for 1/rate requests of distance 1 + (d - 1)/rate. Counting misses, not hits, is the
/// correction of SHARDS-adj: what the sample holds too many or too few of the hottest pages' requests would be counted as hits of the smallest
/// size, and drops out of the misses.
/// The error has two parts, which may pull the same way and are therefore added. Which pages were drawn: a sum over drawn pages, each of its own
/// weight, whose deviation follows from the sum of squared weights (a score interval, which holds for few pages too). How far distances were
/// stretched: of the c - 1 pages that stand between a page and the size c, a binomial number is in the sample; the sizes three deviations
/// off bound the misses at c.
/// Source: Waldspurger and others, "Efficient MRC construction with SHARDS", FAST 2015.
/// </remarks>
public sealed class ShardsCurve
{
    /// <summary>Standard deviations that the stated error spans to either side.</summary>
    public const double Deviations = 3;

    private readonly double[] _misses;
    private readonly double[] _squares;
    private readonly double _rate;
    private readonly long _requests;

    private ShardsCurve(double[] misses, double[] squares, double rate, long requests, int sampledRequests)
    {
        _misses = misses;
        _squares = squares;
        _rate = rate;
        _requests = requests;
        SampledRequests = sampledRequests;
    }

    /// <summary>Pages in the sample.</summary>
    public int SampledPages => _misses.Length - 1;

    /// <summary>Requests in the sample.</summary>
    public int SampledRequests { get; }

    /// <summary>Makes the curve of a list of requests.</summary>
    /// <param name="list">Requests.</param>
    /// <param name="rate">Share of the pages in the sample, greater than 0, at most 1.</param>
    /// <param name="seed">Which pages are drawn.</param>
    public static ShardsCurve Of(PageList list, double rate, ulong seed)
    {
        int[] sampleId = Draw(list, rate, seed, out int pages);
        StackDistances stack = new(pages);
        List<int> ids = [];
        List<int> distances = [];
        foreach (int page in list.Requests)
        {
            int id = sampleId[page];
            if (id >= 0)
            {
                ids.Add(id);
                distances.Add(stack.Request(id));
            }
        }
        double[] misses = new double[pages + 1];
        double[] squares = new double[pages + 1];
        AddWeights(ids, distances, pages, misses, squares);
        return new ShardsCurve(misses, squares, rate, list.Requests.Length, ids.Count);
    }

    /// <summary>Misses at a size, first requests included.</summary>
    /// <param name="capacity">Pages that fit; at least 1.</param>
    public MissEstimate Misses(long capacity)
    {
        double between = (capacity - 1) * _rate;
        double spread = Deviations * Math.Sqrt(between * (1 - _rate));
        // Rounded away from the middle; the skew of a small binomial adds a share of the squared deviations to its upper end.
        double skew = Deviations * Deviations / 6 * (1 - _rate);
        int far = (int)Math.Min(SampledPages, Math.Ceiling(1 + between + spread + skew));
        int near = (int)Math.Min(SampledPages, Math.Floor(1 + between - spread));
        double estimate = Math.Min(_requests, Between(1 + between) / _rate);
        double low = Math.Max(0, Score(far, -1) / _rate);
        // Closer than the nearest page of the sample nothing is known.
        double high = near < 1 && _rate < 1 ? _requests : Math.Min(_requests, Score(near, 1) / _rate);
        return new MissEstimate(estimate, Math.Min(low, estimate), Math.Max(high, estimate));
    }

    /// <summary>Sizes at which the estimate may bend, ascending: one for each page of the sample.</summary>
    public IEnumerable<long> Steps()
    {
        for (int distance = 1; distance <= SampledPages; distance++)
        {
            yield return 1 + (long)Math.Round((distance - 1) / _rate);
        }
    }

    private double Between(double distance)
    {
        int below = (int)Math.Min(SampledPages, Math.Floor(distance));
        int above = Math.Min(SampledPages, below + 1);
        return _misses[below] + ((_misses[above] - _misses[below]) * Math.Min(1, distance - below));
    }

    // End of the score interval of a sum of weights of drawn pages, as for a Poisson count of equal weights.
    private double Score(int distance, int side)
    {
        double sum = _misses[distance];
        if (sum == 0 || _rate >= 1)
        {
            return sum;
        }
        double weight = _squares[distance] / sum;
        double count = sum / weight;
        double z = Deviations * Math.Sqrt(1 - _rate);
        return weight * (count + (z * z / 2) + (side * z * Math.Sqrt(count + (z * z / 4))));
    }

    private static int[] Draw(PageList list, double rate, ulong seed, out int pages)
    {
        const ulong Golden = 0x9E3779B97F4A7C15;
        ulong start = new Contracts.Runs.Xoshiro256(seed, "reference.shards").Next();
        int[] sampleId = new int[list.Pages];
        pages = 0;
        for (int page = 0; page < sampleId.Length; page++)
        {
            // The finaliser of splitmix64: page numbers in a row must not be drawn in a row.
            ulong mixed = (list.Names[page] * Golden) ^ start;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;
            sampleId[page] = (mixed >> 11) * (1.0 / (1UL << 53)) < rate ? pages++ : -1;
        }
        return sampleId;
    }

    /// <summary>Turns distances into misses by size, and into the sum over pages of squared misses by size.</summary>
    private static void AddWeights(List<int> ids, List<int> distances, int pages, double[] misses, double[] squares)
    {
        int[] begin = new int[pages + 1];
        foreach (int id in ids)
        {
            begin[id + 1]++;
        }
        for (int id = 0; id < pages; id++)
        {
            begin[id + 1] += begin[id];
        }
        int[] byPage = new int[ids.Count];
        int[] at = begin.AsSpan(0, pages).ToArray();
        for (int i = 0; i < byPage.Length; i++)
        {
            // A first request misses at every size, as if its distance were without end.
            byPage[at[ids[i]]++] = distances[i] == 0 ? int.MaxValue : distances[i];
        }
        for (int id = 0; id < pages; id++)
        {
            Span<int> own = byPage.AsSpan(begin[id], begin[id + 1] - begin[id]);
            own.Sort();
            for (int k = 0; k < own.Length; k++)
            {
                // With so many of its requests at this distance or farther, a page's squared misses grow by this at the next smaller size.
                int farther = own.Length - k;
                int size = own[k] == int.MaxValue ? pages : own[k] - 1;
                misses[size]++;
                squares[size] += (2.0 * farther) - 1;
            }
        }
        for (int size = pages; size > 0; size--)
        {
            misses[size - 1] += misses[size];
            squares[size - 1] += squares[size];
        }
    }
}
