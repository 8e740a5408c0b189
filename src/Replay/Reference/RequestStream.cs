namespace SecondLook.Replay.Reference;

/// <summary>The requests of a run as policies may look at them: how many pages, and the position of the next request of the same page.</summary>
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
    public ReadOnlySpan<int> Next => next.Span;

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
