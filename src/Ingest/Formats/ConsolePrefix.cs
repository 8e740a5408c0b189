using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>The prefix that a console or a journal puts before lines that were dumped to it.</summary>
internal static class ConsolePrefix
{
    private const int LongestPrefix = 120;
    private const int NameWidth = 16;
    private const int LatencyNameWidth = 8;

    /// <summary>The line without <c>[ 1300.000003] </c>, <c>Nov 20 12:00:01 host kernel: </c> or <c>[Fri Nov 20 12:00:01 2026] </c>, and what stands
    /// before it; without any other prefix (other times of dmesg and journal, what grep -n and cat -n put first) of a line whose name column can be
    /// told; the line itself when it has none.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> bare = Known(line);
        return bare.Length < line.Length ? bare : BehindAny(line);
    }

    // A padded name column has a blank as many bytes before the dash as it is wide.
    private static ReadOnlySpan<byte> BehindAny(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] is (byte)'>' or (byte)'#')
        {
            return line;
        }
        if ((line.EndsWith(" EVENTS]"u8) || line.EndsWith(" EVENTS DROPPED]"u8)) && line.LastIndexOf("CPU:"u8) is > 0 and int mark)
        {
            return line[mark..];
        }
        int last = Math.Min(line.Length - 8, LongestPrefix);
        for (int dash = LatencyNameWidth + 1; dash < last; dash++)
        {
            if (line[dash] != '-' || !char.IsAsciiDigit((char)line[dash + 1]))
            {
                continue;
            }
            if (dash > NameWidth && line[dash - NameWidth] == ' ' && IsTask(line, dash + 1, latency: false))
            {
                return line[(dash - NameWidth)..];
            }
            if ((line[dash - LatencyNameWidth - 1] == ' ' || line[dash - LatencyNameWidth] == ' ') && IsTask(line, dash + 1, latency: true))
            {
                return line[(dash - LatencyNameWidth)..];
            }
        }
        return line;
    }

    // Behind the dash: "74 [003] " or "74 ( 74) [003] "; in latency form "74 3d..1. ".
    private static bool IsTask(ReadOnlySpan<byte> line, int at, bool latency)
    {
        if (!Digits.TryReadId(line, ref at, out _) || at >= line.Length || line[at] != ' ')
        {
            return false;
        }
        ReadOnlySpan<byte> rest = line[at..].TrimStart((byte)' ');
        if (latency)
        {
            int cpu = 0;
            int end = rest.IndexOf((byte)' ');
            return Digits.TryReadId(rest, ref cpu, out _) && end - cpu is >= 3 and <= 9;
        }
        if (rest.Length > 0 && rest[0] == '(' && rest.IndexOf((byte)')') is > 0 and var close)
        {
            rest = rest[(close + 1)..].TrimStart((byte)' ');
        }
        return rest.Length > 2 && rest[0] == '[' && char.IsAsciiDigit((char)rest[1]);
    }

    private static ReadOnlySpan<byte> Known(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf(" kernel: "u8) is > 0 and < 80 and int journal)
        {
            ReadOnlySpan<byte> rest = line[(journal + 9)..];
            ReadOnlySpan<byte> bare = WithoutStamp(rest);
            return bare.Length < rest.Length || char.IsAsciiLetterOrDigit((char)line[0]) ? bare : line;
        }
        if (line.Length > 27 && line[0] == '[' && line[25] == ']' && line[26] == ' ' && line[14] == ':' && line[17] == ':')
        {
            return line[27..];
        }
        return WithoutStamp(line);
    }

    private static ReadOnlySpan<byte> WithoutStamp(ReadOnlySpan<byte> line)
    {
        int open = line.IndexOf((byte)'[');
        if (open < 0 || open > 64)
        {
            return line;
        }
        int at = open + 1;
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
        if (!Digits.TryReadStamp(line, ref at, out _, out bool hasFraction) || !hasFraction || at >= line.Length || line[at] != ']')
        {
            return line;
        }
        at++;
        if (at + 1 < line.Length && line[at] == '[' && line[at..].IndexOf((byte)']') is > 0 and < 16 and int caller && IsCaller(line[(at + 1)..(at + caller)]))
        {
            at += caller + 1;
        }
        return at < line.Length && line[at] == ' ' ? line[(at + 1)..] : line;
    }

    // With CONFIG_PRINTK_CALLER the thread or the CPU that printed stands behind the time: "[  T123]", "[    C1]".
    private static bool IsCaller(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        return text.Length > 1 && text[0] is (byte)'T' or (byte)'C' && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
