using SecondLook.Contracts.Tables;

namespace SecondLook.Replay.Schedules;

/// <summary>The stretches in which events were lost, on whatever CPU.</summary>
/// <remarks>Rule of inference.md section 5: an old answer holds only where no gap lies since the last known clear.</remarks>
public sealed class GapTimeline
{
    private readonly long[] _begins;
    private readonly long[] _latestEnd;

    private GapTimeline(long[] begins, long[] latestEnd, long lost)
    {
        _begins = begins;
        _latestEnd = latestEnd;
        Lost = lost;
    }

    /// <summary>Events lost, as far as the tracer counted them.</summary>
    public long Lost { get; }

    /// <summary>Number of gaps.</summary>
    public int Count => _begins.Length;

    /// <summary>A trace without losses.</summary>
    public static GapTimeline None { get; } = new([], [], 0);

    /// <summary>Gaps of a dataset.</summary>
    /// <param name="gaps">A table of <see cref="GapsTable"/>.</param>
    public static GapTimeline From(Table gaps)
    {
        long[] begins = new long[gaps.RowCount];
        long[] ends = new long[gaps.RowCount];
        long lost = 0;
        for (int i = 0; i < begins.Length; i++)
        {
            begins[i] = gaps.IsNull(GapsTable.TsBeginNs, i) ? long.MinValue : gaps[GapsTable.TsBeginNs][i];
            ends[i] = gaps.IsNull(GapsTable.TsEndNs, i) ? long.MaxValue : gaps[GapsTable.TsEndNs][i];
            lost += gaps[GapsTable.Lost][i];
        }
        return From(begins, ends, lost);
    }

    private static GapTimeline From(long[] begins, long[] ends, long lost)
    {
        Array.Sort(begins, ends);
        for (int i = 1; i < ends.Length; i++)
        {
            ends[i] = Math.Max(ends[i], ends[i - 1]);
        }
        return new GapTimeline(begins, ends, lost);
    }

    /// <summary>These gaps and further ones.</summary>
    public GapTimeline With(IReadOnlyList<(long BeginNs, long EndNs)> more)
    {
        if (more.Count == 0)
        {
            return this;
        }
        long[] begins = new long[Count + more.Count];
        long[] ends = new long[begins.Length];
        _begins.CopyTo(begins, 0);
        _latestEnd.CopyTo(ends, 0);
        for (int i = 0; i < more.Count; i++)
        {
            begins[Count + i] = more[i].BeginNs;
            ends[Count + i] = more[i].EndNs;
        }
        return From(begins, ends, Lost);
    }

    /// <summary>Whether events may be missing between two instants.</summary>
    /// <param name="fromNs">Begin.</param>
    /// <param name="toNs">End, not before it.</param>
    public bool Touches(long fromNs, long toNs)
    {
        int i = Array.BinarySearch(_begins, toNs);
        if (i < 0)
        {
            i = ~i - 1;
        }
        else
        {
            while (i + 1 < _begins.Length && _begins[i + 1] == toNs)
            {
                i++;
            }
        }
        return i >= 0 && _latestEnd[i] >= fromNs;
    }
}
