using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>What the first lines of a text say about its being a trace-cmd report.</summary>
/// <param name="Points">Points for sniffing, 0 when it is none.</param>
/// <param name="Latency">Lines in latency form with absolute times.</param>
/// <param name="IsRaw">Whether messages that are printed as sentences come as pairs.</param>
/// <param name="PrefixWidth">Width of the file or instance prefix, 0 without.</param>
internal readonly record struct ReportLook(int Points, int Latency, bool IsRaw, int PrefixWidth)
{
    private const int MaxPrefix = 80;
    private const int LatencyNameWidth = 8;

    /// <summary>Looks at the first bytes.</summary>
    public static ReportLook At(ReadOnlySpan<byte> head)
    {
        bool title = false;
        bool tracefs = false;
        int events = 0;
        int padded = 0;
        int latency = 0;
        int raw = 0;
        int sentences = 0;
        int width = PrefixWidthOf(head);
        TextSniffer.Count(head, (line, known) =>
        {
            line = width > 0 && line.Length > width ? line[width..] : line;
            title |= line.StartsWith("cpus="u8) || line.StartsWith("version = "u8);
            tracefs |= line.StartsWith("# tracer:"u8) || line.StartsWith("# entries-in-buffer"u8);
            LineHeader header = default;
            bool inLatencyForm = false;
            if (TaskLine.Read(line, ref header) != LineFit.Event)
            {
                if (!LatencyLine.Read(line, ref header))
                {
                    return 0;
                }
                inLatencyForm = true;
            }
            events++;
            latency += inLatencyForm ? 1 : 0;
            padded += line.Length - header.Message.Length - line.IndexOf(header.Event) - header.Event.Length > 2 ? 1 : 0;
            if (known(header.Event) && !header.Event.StartsWith("mm_"u8))
            {
                raw += PairGrammar.StartsWithPair(header.Message) && header.Message[0] != '[' ? 1 : 0;
                sentences++;
            }
            return 0;
        });
        bool report = !tracefs && (title || (padded > 0 && padded * 3 >= events) || width > 0);
        return new ReportLook(report ? (3 * events) + (title ? 3 : 0) : 0, latency, raw > 0 && raw * 2 > sentences, width);
    }

    private static bool IsUntouched(ReadOnlySpan<byte> line, ref LineHeader header) =>
        TaskLine.Read(line, ref header) == LineFit.Event
        || (line.Length > LatencyNameWidth && line[LatencyNameWidth] == '-' && LatencyLine.Read(line, ref header));

    // Of a file, of an instance, or of both: no blanks but behind a colon.
    private static bool AreNames(ReadOnlySpan<byte> prefix)
    {
        for (int i = 1; i < prefix.Length; i++)
        {
            if (prefix[i] == ' ' && prefix[i - 1] is not ((byte)':' or (byte)' '))
            {
                return false;
            }
        }
        return true;
    }

    // The prefix is as wide as the longest name with its colon and a blank; lines of the top buffer have blanks there.
    private static int PrefixWidthOf(ReadOnlySpan<byte> head)
    {
        Dictionary<int, int> votes = [];
        int plain = 0;
        TextSniffer.Count(head, (line, _) =>
        {
            LineHeader header = default;
            if (IsUntouched(line, ref header))
            {
                plain++;
                return 0;
            }
            for (int at = 0; at < Math.Min(line.Length, MaxPrefix);)
            {
                int colon = line[at..].IndexOf(": "u8);
                if (colon < 0)
                {
                    break;
                }
                at += colon + 2;
                if (IsUntouched(line[at..], ref header) && AreNames(line[..(at - 2)].Trim((byte)' ')))
                {
                    votes[at] = votes.GetValueOrDefault(at) + 1;
                    break;
                }
            }
            return 0;
        });
        int best = 0;
        foreach ((int width, int count) in votes)
        {
            best = count > votes.GetValueOrDefault(best) ? width : best;
        }
        return plain > votes.GetValueOrDefault(best) ? 0 : best;
    }
}
