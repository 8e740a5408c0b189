namespace SecondLook.Replay.Reference;

/// <summary>The requests of a run as policies may look at them: how many pages, and what is to come.</summary>
/// <param name="pages">Page ids run from 0 to this, exclusive.</param>
/// <param name="length">Number of requests.</param>
/// <param name="next">By position, the position of the next request of the same page, <see cref="int.MaxValue"/> for none; may be empty for policies that do not look ahead.</param>
public sealed class RequestStream(int pages, int length, ReadOnlyMemory<int> next)
{
    /// <summary>Page ids run from 0 to this, exclusive.</summary>
    public int Pages { get; } = pages;

    /// <summary>Number of requests.</summary>
    public int Length { get; } = length;

    /// <summary>Position of the next request of the same page, by position.</summary>
    public ReadOnlySpan<int> Next => NextPositions.Span;

    /// <summary>Position of the next request of the same page, by position, to be kept.</summary>
    public ReadOnlyMemory<int> NextPositions { get; } = next;

    /// <summary>Times of the requests, ns; empty for policies that need none.</summary>
    public ReadOnlySpan<long> TimesNs => Times.Span;

    /// <summary>Times of the requests, ns, never falling; one a request, or none.</summary>
    public ReadOnlyMemory<long> Times { get; init; }

    /// <summary>Next positions of a list of requests, by one backward pass.</summary>
    /// <param name="requests">Dense page ids.</param>
    /// <param name="pages">Number of distinct ids.</param>
    public static int[] FindNext(ReadOnlySpan<int> requests, int pages)
    {
        int[] next = new int[requests.Length];
        int[] seen = new int[pages];
        Array.Fill(seen, int.MaxValue);
        for (int i = requests.Length - 1; i >= 0; i--)
        {
            next[i] = seen[requests[i]];
            seen[requests[i]] = i;
        }
        return next;
    }
}
