using System.Text.Json;

namespace SecondLook.Replay.Schedules;

/// <summary>
/// Steps of the trace clock against CLOCK_MONOTONIC, found by the capture kit's marks: each carries the time at which it was written, so their
/// offset to the stamp stays the same until the clock steps. Events behind a step are put back by it.
/// </summary>
public sealed class ClockSteps
{
    // Marks are late by up to 13 ms where two VMs share two CPUs (inference.md 6).
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

    private void Split(List<(long Stamp, long Offset)> marks)
    {
        for (int i = 0; i < marks.Count; i++)
        {
            (long stamp, long offset) = marks[i];
            bool steps = _segments.Count > 0 && Math.Abs(offset - _segments[^1].OffsetNs) > LeastStepNs;
            // One late mark is no step: the next one must say the same.
            bool alone = steps && i + 1 < marks.Count && Math.Abs(marks[i + 1].Offset - _segments[^1].OffsetNs) <= LeastStepNs;
            if (_segments.Count == 0 || (steps && !alone))
            {
                _segments.Add((stamp, stamp, offset));
            }
            else if (!steps)
            {
                _segments[^1] = (_segments[^1].FirstStamp, stamp, Math.Min(_segments[^1].OffsetNs, offset));
            }
        }
    }
}
