namespace SecondLook.Replay.Reference;

/// <summary>LRU's misses at every size, estimated from the requests of a random share of the pages, with an error of three standard deviations.</summary>
/// <remarks>
/// A request of the sample whose distance is d in the sample stands for 1/rate requests of distance 1 + (d - 1)/rate. Counting misses, not hits, is the
/// correction of SHARDS-adj: what the sample holds too many or too few of the hottest pages' requests would be counted as hits of the smallest
/// size, and drops out of the misses.
/// Another draw would have given other pages, each with misses of its own (the curve moves up or down), and other pages between two requests (the
/// curve moves left or right). <see cref="DrawSpread"/> says how far, and how much the two go together; the stated error is the range of the curve over
/// the ellipse of three deviations of both, and what the spread of single distances bends it. Where the curve is smooth that is the usual
/// propagation of errors; where it falls off a cliff, the whole cliff is inside.
/// Source: Waldspurger and others, "Efficient MRC construction with SHARDS", FAST 2015.
/// </remarks>
public sealed class ShardsCurve
{
    /// <summary>Standard deviations that the stated error spans to either side, were they known.</summary>
    public const double Deviations = 3;

    // They are estimated from groups of the sample: Student's t with 31 degrees of freedom leaves out as little (0.13 % a side) at this quantile.
    private const double Quantile = 3.26;

    private const int Directions = 48;

    private readonly double[] _misses;
    private readonly double[] _squares;
    private readonly DrawSpread _spread;
    private readonly double _rate;
    private readonly long _requests;

    private ShardsCurve(double[] misses, double[] squares, DrawSpread spread, double rate, long requests, int sampledRequests)
    {
        _misses = misses;
        _squares = squares;
        _spread = spread;
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
        int[] sampleId = Draw(list, rate, seed, out byte[] groups);
        StackDistances stack = new(groups.Length);
        GroupedStack grouped = new(groups);
        DrawSpread spread = new();
        List<int> ids = [];
        List<int> distances = [];
        Span<int> between = stackalloc int[GroupedStack.Groups];
        foreach (int page in list.Requests)
        {
            int id = sampleId[page];
            if (id >= 0)
            {
                int distance = stack.Request(id);
                ids.Add(id);
                distances.Add(distance);
                if (spread.Add(distance, groups[id]))
                {
                    grouped.Request(id, between);
                    spread.AddWindow(distance, between);
                }
                else
                {
                    grouped.Move(id);
                }
            }
        }
        double[] misses = new double[groups.Length + 1];
        double[] squares = new double[groups.Length + 1];
        AddWeights(ids, distances, groups.Length, misses, squares);
        spread.Close();
        return new ShardsCurve(misses, squares, spread, rate, list.Requests.Length, ids.Count);
    }

    /// <summary>Misses at a size, first requests included.</summary>
    /// <param name="capacity">Pages that fit; at least 1.</param>
    public MissEstimate Misses(long capacity)
    {
        double between = (capacity - 1) * _rate;
        double estimate = Math.Min(_requests, Between(1 + between) / _rate);
        double low = estimate;
        double high = estimate;
        (double dispersion, double together) = _spread.At(1 + between);
        // As in a score interval: a page that every window holds may be the one that was not drawn. No window varies more than a binomial number.
        double deviation = Math.Sqrt((1 - _rate) * Math.Min(between, (between * dispersion) + (Quantile * Quantile / 4)));
        double apart = Math.Sqrt(1 - (together * together));
        for (int i = 0; i < Directions; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * i / Directions);
            // The skew of a small binomial adds a share of the squared deviations to its upper end.
            double stretch = Quantile * cos;
            double distance = 1 + between + (stretch * deviation) + (stretch > 0 ? stretch * stretch / 6 * (1 - _rate) : 0);
            double weight = Quantile * ((together * cos) + (apart * sin));
            // Rounded away from the middle.
            low = Math.Min(low, Score((int)Math.Clamp(Math.Ceiling(distance), 0, SampledPages), -weight) / _rate);
            // Closer than the nearest page of the sample nothing is known.
            high = Math.Max(high, distance < 1 && _rate < 1 ? _requests : Score((int)Math.Min(SampledPages, Math.Floor(distance)), -weight) / _rate);
        }
        double bend = Bend(1 + between, Math.Sqrt(between * (1 - _rate))) / _rate;
        return new MissEstimate(estimate, Math.Max(0, low - Math.Max(0, bend)), Math.Min(_requests, high + Math.Max(0, -bend)));
    }

    /// <summary>Sizes at which the estimate may bend, ascending: one for each page of the sample.</summary>
    public IEnumerable<long> Steps()
    {
        for (int distance = 1; distance <= SampledPages; distance++)
        {
            yield return 1 + (long)Math.Round((distance - 1) / _rate);
        }
    }

    // Each request's distance is drawn for itself: the sample shows the curve averaged over a binomial spread of distances, too high where it is hollow.
    // What averaging the estimate once more adds says how much (Gauss-Hermite quadrature of three points).
    private double Bend(double distance, double deviation) =>
        (Between(distance + (Math.Sqrt(3) * deviation)) + Between(Math.Max(0, distance - (Math.Sqrt(3) * deviation))) - (2 * Between(distance))) / 6;

    private double Between(double distance)
    {
        int below = (int)Math.Min(SampledPages, Math.Floor(distance));
        int above = Math.Min(SampledPages, below + 1);
        return _misses[below] + ((_misses[above] - _misses[below]) * Math.Min(1, distance - below));
    }

    // A sum of weights of drawn pages so many deviations off, as the score interval of a Poisson count of equal weights: it holds for few pages too.
    private double Score(int distance, double deviations)
    {
        double sum = _misses[distance];
        if (sum == 0 || _rate >= 1)
        {
            return sum;
        }
        double weight = _squares[distance] / sum;
        double count = sum / weight;
        double z = deviations * Math.Sqrt(1 - _rate);
        return weight * (count + (z * z / 2) + (z * Math.Sqrt(count + (z * z / 4))));
    }

    private static int[] Draw(PageList list, double rate, ulong seed, out byte[] groups)
    {
        const ulong Golden = 0x9E3779B97F4A7C15;
        ulong start = new Contracts.Runs.Xoshiro256(seed, "reference.shards").Next();
        int[] sampleId = new int[list.Pages];
        List<byte> drawn = [];
        for (int page = 0; page < sampleId.Length; page++)
        {
            // The finaliser of splitmix64: page numbers in a row must not be drawn in a row.
            ulong mixed = (list.Names[page] * Golden) ^ start;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;
            sampleId[page] = -1;
            if ((mixed >> 11) * (1.0 / (1UL << 53)) < rate)
            {
                sampleId[page] = drawn.Count;
                // The low bits decide nothing above.
                drawn.Add((byte)(mixed & (GroupedStack.Groups - 1)));
            }
        }
        groups = [.. drawn];
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
