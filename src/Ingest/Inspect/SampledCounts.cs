namespace SecondLook.Ingest.Inspect;

/// <summary>What counts of a sampled capture stand for: one page in so many was recorded, with all of its events or none.</summary>
/// <param name="Share">One page in so many.</param>
/// <param name="CallsPerPage">Aging calls that come together with one page: the sum of squares over the sum of their counts by page.</param>
/// <remarks>
/// An event of a sampled page stands for <paramref name="Share"/> events. Pages are in or out as a whole, so the variance of the estimate is
/// N (N - 1) times the sum of the squared counts by page, the estimator of Horvitz and Thompson for a share of 1/N.
/// </remarks>
internal sealed record SampledCounts(int Share, double CallsPerPage)
{
    private const double Quantile95 = 1.96;

    /// <summary>Takes the counts of calls by page.</summary>
    public static SampledCounts Of(IEnumerable<long> callsByPage, int share)
    {
        double sum = 0;
        double squares = 0;
        foreach (long calls in callsByPage)
        {
            sum += calls;
            squares += (double)calls * calls;
        }
        return new SampledCounts(share, sum > 0 ? squares / sum : 1);
    }

    /// <summary>Estimate of the full count.</summary>
    /// <param name="seen">Count in the sample.</param>
    public long Full(long seen) => seen * Share;

    /// <summary>Half the width of the 95 % interval of <see cref="Full"/>.</summary>
    /// <param name="seen">Count in the sample.</param>
    public long Error(long seen) => (long)Math.Ceiling(Quantile95 * Math.Sqrt((double)Share * (Share - 1) * seen * CallsPerPage));
}
