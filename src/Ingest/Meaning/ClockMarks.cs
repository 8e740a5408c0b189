using System.Globalization;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Meaning;

/// <summary>Marks of the capture kit in the trace: each carries CLOCK_MONOTONIC, read just before the mark was written.</summary>
internal sealed class ClockMarks
{
    private readonly List<(ulong Stamp, long MonoNs)> _marks = [];

    /// <summary>Marks found: stamp of the trace clock, and CLOCK_MONOTONIC in ns.</summary>
    public IReadOnlyList<(ulong Stamp, long MonoNs)> Marks => _marks;

    /// <summary>Smallest (stamp - mono), the best estimate of the offset between the clocks (inference.md 6); null without marks.</summary>
    public long? OffsetNs { get; private set; }

    /// <summary>Largest (stamp - mono) minus the smallest: what the writing of marks took at most.</summary>
    public long SpreadNs { get; private set; }

    /// <summary>Looks at a mark.</summary>
    public void See(ReadOnlySpan<byte> message, ulong stamp, bool stampIsNs)
    {
        int at = message.IndexOf(" mono "u8);
        if (!message.StartsWith("kvmtouch"u8) || at < 0)
        {
            return;
        }
        int from = at + 6;
        if (!Digits.TryRead(message, ref from, out long mono))
        {
            return;
        }
        _marks.Add((stamp, mono));
        if (!stampIsNs)
        {
            return;
        }
        long offset = unchecked((long)stamp) - mono;
        SpreadNs = OffsetNs is null ? 0 : Math.Max(SpreadNs + Math.Max(0, OffsetNs.Value - offset), offset - Math.Min(offset, OffsetNs.Value));
        OffsetNs = OffsetNs is null ? offset : Math.Min(OffsetNs.Value, offset);
    }

    /// <inheritdoc/>
    public override string ToString() => OffsetNs?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
