using System.Text.Json;

namespace SecondLook.Replay.Schedules;

/// <summary>
/// Steps of the trace clock against CLOCK_MONOTONIC, found by the capture kit's marks: each carries the time at which it was written, so their
/// offset to the stamp stays the same until the clock steps. Events behind a step are put back by it.
/// </summary>
public sealed class ClockSteps
{
    // Marks were up to 13 ms late where two VMs share two CPUs (inference.md 6), and 20.6 ms, alone, at the start of a program on a busy host.
    private const long LeastStepNs = 20_000_000;
    private readonly List<(long FirstStamp, long LastStamp, long OffsetNs)> _segments = [];
    private readonly long _shiftNs;
    private int _segment;
    private long _before = long.MinValue;

    private ClockSteps(long shiftNs) => _shiftNs = shiftNs;

    /// <summary>Steps found.</summary>
    public int Count => Math.Max(0, _segments.Count - 1);

    /// <summary>Their sizes, ns, signed.</summary>
    public List<long> SizesNs
    {
        get
        {
            List<long> sizes = [];
            for (int i = 1; i < _segments.Count; i++)
            {
                sizes.Add(_segments[i].OffsetNs - _segments[i - 1].OffsetNs);
            }
            return sizes;
        }
    }

    /// <summary>Reads the marks of a dataset; without marks no step is found.</summary>
    /// <param name="metadata">Metadata of its events.</param>
    public static ClockSteps Of(IReadOnlyDictionary<string, string> metadata)
    {
        ClockSteps none = new(0);
        if (!metadata.TryGetValue("kmr.clock_marks", out string? text))
        {
            return none;
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            ClockSteps steps = new(json.RootElement.GetProperty("shift_ns").GetInt64());
            List<(long Stamp, long Offset)> marks = [];
            foreach (JsonElement mark in json.RootElement.GetProperty("marks").EnumerateArray())
            {
                marks.Add((mark[0].GetInt64(), mark[0].GetInt64() - mark[1].GetInt64()));
            }
            steps.Split(marks);
            return steps.Count > 0 ? steps : none;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            // Marks only help to see steps; a dataset without usable ones is read as it stands.
            return none;
        }
    }

    /// <summary>The time of the next event, with the steps before it taken back.</summary>
    /// <param name="stampNs">Its stamp; events come in order.</param>
    public long Correct(long stampNs)
    {
        if (_segments.Count < 2)
        {
            return stampNs;
        }
        while (_segment + 1 < _segments.Count && IsBehind(stampNs))
        {
            _segment++;
        }
        _before = stampNs;
        return stampNs - (_segments[_segment].OffsetNs - _shiftNs);
    }

    // The event behind a step is the first whose stamp jumps by about the step; at the latest the step lies before the next mark.
    private bool IsBehind(long stampNs)
    {
        long step = _segments[_segment + 1].OffsetNs - _segments[_segment].OffsetNs;
        bool marksDone = _before >= _segments[_segment].LastStamp;
        return step > 0
            ? marksDone && (stampNs - _before >= step * 4 / 5 || stampNs >= _segments[_segment + 1].FirstStamp)
            : _before != long.MinValue && _before - stampNs >= -step / 2;
    }

    // A mark is written after its time was read: it can be late, never early. So a step shows on both sides by two marks at least, and one late
    // mark at the very start, where the program opens its files, is none.
    private void Split(List<(long Stamp, long Offset)> marks)
    {
        int inSegment = 0;
        for (int i = 0; i < marks.Count; i++)
        {
            (long stamp, long offset) = marks[i];
            if (_segments.Count > 0 && Near(offset, _segments[^1].OffsetNs))
            {
                _segments[^1] = (_segments[^1].FirstStamp, stamp, Math.Min(_segments[^1].OffsetNs, offset));
                inSegment++;
                continue;
            }
            if (_segments.Count > 0 && (i + 1 == marks.Count || !Near(offset, marks[i + 1].Offset)))
            {
                continue;
            }
            if (_segments.Count == 1 && inSegment == 1 && offset < _segments[0].OffsetNs)
            {
                _segments[0] = (_segments[0].FirstStamp, stamp, offset);
                inSegment++;
                continue;
            }
            _segments.Add((stamp, stamp, offset));
            inSegment = 1;
        }
    }

    private static bool Near(long a, long b) => Math.Abs(a - b) <= LeastStepNs;
}
