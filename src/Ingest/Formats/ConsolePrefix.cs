using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>The prefix that a console or a journal puts before lines that were dumped to it.</summary>
internal static class ConsolePrefix
{
    /// <summary>The line without <c>[ 1300.000003] </c>, <c>Nov 20 12:00:01 host kernel: </c> or <c>[Fri Nov 20 12:00:01 2026] </c>, and what stands
    /// before it; the line itself when it has none.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> line)
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
