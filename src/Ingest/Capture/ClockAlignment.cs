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
            string found = stream.ClockNamed
                ? $"the trace clock is {stream.Clock}, the side files use CLOCK_MONOTONIC, and no kvmtouch marks tell how the two differ: they cannot be aligned. Record with the clock mono."
                : "the trace does not say which clock it used, and no kvmtouch marks tell how it differs from CLOCK_MONOTONIC: the side files cannot be aligned with it. If it was mono, say --option clock=mono.";
            return new ClockAlignment(null, "none", found);
        }
        return Math.Abs(offset) < NegligibleNs ? new ClockAlignment(0, "marks", "") : new ClockAlignment(offset, "marks", "");
    }
}
