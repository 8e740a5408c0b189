using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Capture;

/// <summary>How CLOCK_MONOTONIC, which all side files use, relates to the clock of the trace (inference.md 6).</summary>
/// <param name="ShiftNs">What has to be added to CLOCK_MONOTONIC; null when it cannot be known.</param>
/// <param name="How">equal_clock, marks, or none.</param>
/// <param name="Reason">Why it cannot be known; empty otherwise.</param>
internal sealed record ClockAlignment(long? ShiftNs, string How, string Reason)
{
    private const long NegligibleNs = 1_000_000;

    /// <summary>Aligns one stream.</summary>
    public static ClockAlignment Of(StreamFacts stream, ClockMarks marks)
    {
        if (stream.Unit != "ns" || stream.Relative)
        {
            return new ClockAlignment(null, "none", $"the trace clock {stream.Clock} counts {stream.Unit}, not ns since boot: the side files cannot be aligned with it. Record with the clock mono.");
        }
        if (stream.ClockNamed && stream.Clock is "mono")
        {
            return new ClockAlignment(0, "equal_clock", "");
        }
        if (marks.OffsetNs is not { } offset)
        {
            return new ClockAlignment(null, "none", $"the trace clock {(stream.ClockNamed ? stream.Clock : "is not named")} is not known to be mono and the trace has no kvmtouch marks: the side files cannot be aligned with it. Give --option clock=mono if it was.");
        }
        return Math.Abs(offset) < NegligibleNs ? new ClockAlignment(0, "marks", "") : new ClockAlignment(offset, "marks", "");
    }
}
