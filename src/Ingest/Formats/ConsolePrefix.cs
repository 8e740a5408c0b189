using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>The prefix that a console or a journal puts before lines that were dumped to it.</summary>
internal static class ConsolePrefix
{
    /// <summary>The line without <c>[ 1300.000003] </c> and what stands before it; the line itself when it has none.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> line)
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
        return Digits.TryReadStamp(line, ref at, out _, out bool hasFraction) && hasFraction && at + 1 < line.Length
            && line[at] == ']' && line[at + 1] == ' '
            ? line[(at + 2)..]
            : line;
    }
}
