using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest;

/// <summary>Finds the format of an input: the one whose grammar fits best, or the one named.</summary>
internal static class FormatSniffer
{
    private static readonly Catalog<ITraceFormat> Formats = new(typeof(FormatSniffer).Assembly);

    // What ftrace_dump_on_oops and sysrq-z print, the usual one first.
    private static readonly string[] Dumped = ["ftrace-latency", "ftrace-text"];

    /// <summary>Names of all formats.</summary>
    public static IReadOnlyCollection<string> Names => Formats.Names;

    /// <summary>Picks the format.</summary>
    /// <param name="input">Base name, for messages.</param>
    /// <param name="head">First unpacked bytes.</param>
    /// <param name="named">Name that the user gave, or null.</param>
    /// <param name="name">Name of the format.</param>
    /// <exception cref="InputException">None fits.</exception>
    /// <exception cref="UsageException">The name given is unknown.</exception>
    public static ITraceFormat Pick(string input, ReadOnlySpan<byte> head, string? named, out string name)
    {
        if (named is not null)
        {
            if (!Formats.Contains(named))
            {
                throw new UsageException([$"--format {named}: no such format; known: {string.Join(", ", Formats.Names)}."]);
            }
            name = named;
            return Formats.Create(named);
        }
        ITraceFormat? best = null;
        int bestPoints = 0;
        name = "unknown";
        foreach (string candidate in Formats.Names)
        {
            ITraceFormat format = Formats.Create(candidate);
            int points = format.Sniff(head);
            if (points > bestPoints)
            {
                best = format;
                bestPoints = points;
                name = candidate;
            }
        }
        best ??= Later(head, ref name);
        return best ?? throw new InputException(
            "unknown_format", $"{input}: no known trace format; known: {string.Join(", ", Formats.Names)}. Name one with --format if it is one of them.");
    }

    // The log of a console tells of much else before the kernel dumps its trace to it.
    private static ITraceFormat? Later(ReadOnlySpan<byte> head, ref string name)
    {
        while (!head.IsEmpty)
        {
            head = Ingest.Formats.TextSniffer.Behind(head);
            foreach (string candidate in Dumped)
            {
                ITraceFormat format = Formats.Create(candidate);
                if (format.Sniff(head) > 0)
                {
                    name = candidate;
                    return format;
                }
            }
        }
        return null;
    }
}
