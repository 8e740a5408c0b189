using SecondLook.Contracts.Catalogs;

namespace SecondLook.Ingest.Formats;

/// <summary>Counts how many of the first lines of a text fit a grammar.</summary>
internal static class TextSniffer
{
    private const int MaxLines = 200;

    private static readonly Catalog<ITracepoint> Tracepoints = new(typeof(TextSniffer).Assembly);

    /// <summary>Whether an event name is known.</summary>
    public delegate bool KnownEvent(ReadOnlySpan<byte> name);

    /// <summary>Points of one line.</summary>
    public delegate int Grammar(ReadOnlySpan<byte> line, KnownEvent known);

    /// <summary>Sum of points over the first 200 lines that are not empty.</summary>
    public static int Count(ReadOnlySpan<byte> head, Grammar grammar)
    {
        int points = 0;
        int lines = 0;
        if (head.StartsWith("\uFEFF"u8))
        {
            head = head[3..];
        }
        while (!head.IsEmpty && lines < MaxLines)
        {
            int end = head.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            line = line.TrimEnd((byte)'\r').TrimStart((byte)0);
            if (line.IsEmpty)
            {
                continue;
            }
            lines++;
            points += grammar(line, static name => name.Length <= 64 && Tracepoints.Contains(System.Text.Encoding.Latin1.GetString(name)));
        }
        return points;
    }

    /// <summary>What stands behind the lines that <see cref="Count"/> looks at.</summary>
    public static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> head)
    {
        for (int lines = 0; !head.IsEmpty && lines < MaxLines;)
        {
            int end = head.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            lines += line.TrimEnd((byte)'\r').TrimStart((byte)0).IsEmpty ? 0 : 1;
        }
        return head;
    }
}
