namespace SecondLook.Ingest.Text;

/// <summary>The latency form of ftrace text and of <c>trace-cmd report -l</c>: eight-byte names, CPU and flags in one word.</summary>
/// <remarks>Accepts: <c>%8.8s-%-7d %3d&lt;flags&gt; %4lldus&lt;mark&gt;: event: msg</c> <c>.. sec.usec: event: msg</c>, and of clocks without a unit <c>.. count: event: msg</c>.</remarks>
internal static class LatencyLine
{
    private const int NameWidth = 8;

    /// <summary>Reads a line.</summary>
    public static bool Read(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        int start = 0;
        while (start < line.Length && line[start] == ' ')
        {
            start++;
        }
        if (line.Length > NameWidth + 1 && line[NameWidth] == '-' && TryFrom(line, NameWidth, ref header))
        {
            header.Comm = TaskLine.Name(line[..NameWidth]);
            return true;
        }
        for (int dash = start + 1; dash < line.Length - 1 && dash - start <= NameWidth; dash++)
        {
            if (line[dash] == '-' && TryFrom(line, dash, ref header))
            {
                header.Comm = TaskLine.Name(line[start..dash]);
                return true;
            }
        }
        return false;
    }

    private static bool TryFrom(ReadOnlySpan<byte> line, int dash, ref LineHeader header)
    {
        header.Reset();
        int at = dash + 1;
        if (!Digits.TryReadId(line, ref at, out int tid) || !Blanks(line, ref at) || !Digits.TryReadId(line, ref at, out int cpu))
        {
            return false;
        }
        int flags = at;
        while (at < line.Length && line[at] != ' ')
        {
            at++;
        }
        if (at - flags is < 3 or > 9 || !Blanks(line, ref at) || !Digits.TryReadStamp(line, ref at, out ulong stamp, out bool isNs))
        {
            return false;
        }
        bool counts = !isNs;
        if (counts && line[at..].StartsWith("us"u8))
        {
            // A mark of one character, or a blank, tells how long the delay before the event was.
            at += 3;
            stamp *= 1000;
            counts = false;
        }
        if (at >= line.Length || line[at] != ':' || !TaskLine.ReadEvent(line, at + 1, ref header))
        {
            return false;
        }
        header.Tid = tid;
        header.Cpu = cpu;
        header.HasTime = true;
        header.StampIsNs = !counts;
        header.Stamp = stamp;
        return true;
    }

    private static bool Blanks(ReadOnlySpan<byte> line, ref int at)
    {
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
        return at < line.Length;
    }
}
