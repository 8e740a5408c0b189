using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Dataset;
using SecondLook.Ingest.Dump;

namespace SecondLook.Ingest;

/// <summary>Reads traces in any known container into the canonical dataset, or prints what is in them.</summary>
public static class IngestStage
{
    /// <summary>Names of the formats, for <c>list formats</c>.</summary>
    public static IReadOnlyCollection<string> FormatNames => FormatSniffer.Names;

    /// <summary>Reads a trace and writes the dataset: event parts, side tables, <c>diagnostics.json</c>. It appears whole or not at all.</summary>
    /// <param name="request">What to read, and how.</param>
    /// <param name="datasetFolder">Folder to make; replaced if it exists.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <exception cref="InputException">The input cannot be read, is refused, or holds nothing.</exception>
    /// <exception cref="UsageException">The request makes no sense.</exception>
    /// <exception cref="OutputException">The dataset cannot be written.</exception>
    public static IngestSummary Run(IngestRequest request, string datasetFolder, CancellationToken cancel)
    {
        using DatasetWriter writer = new(datasetFolder, request.Codec, request.Threads > 1);
        IngestRun run = new(request, writer);
        writer.Begin(run.State);
        run.Read(cancel);
        return writer.Commit(run, request);
    }

    /// <summary>Prints every event on a line of its own, in global order.</summary>
    /// <exception cref="InputException">The input cannot be read, is refused, or holds nothing.</exception>
    public static void DumpText(IngestRequest request, TextWriter output, CancellationToken cancel)
    {
        EventText sink = new(output);
        IngestRun run = new(request, sink);
        sink.State = run.State;
        run.Read(cancel);
    }

    /// <summary>Prints one JSON object: events in the order of the input, gaps, quarantine, repairs, counters, identity.</summary>
    /// <exception cref="InputException">The input is refused; the object <c>{"refused": {"reason": …}}</c> has been printed.</exception>
    public static void DumpJson(IngestRequest request, TextWriter output, CancellationToken cancel)
    {
        using EventJson sink = new();
        IngestRun run = new(request, sink);
        sink.State = run.State;
        try
        {
            run.Read(cancel);
        }
        catch (InputException e)
        {
            output.WriteLine($"{{\"refused\":{{\"reason\":\"{e.Reason}\"}}}}");
            throw;
        }
        DumpObject.Write(run, sink, output);
    }

    /// <summary>Reads a trace and keeps nothing: the speed of framing, decoding and ordering alone.</summary>
    /// <returns>Number of events.</returns>
    internal static long ParseOnly(IngestRequest request, CancellationToken cancel)
    {
        CountingSink sink = new();
        new IngestRun(request, sink).Read(cancel);
        return sink.Count;
    }

    /// <summary>Reads a text and parses its lines by the fixed grammars into columns, and nothing else.</summary>
    /// <returns>Lines that were read, and lines that must be read by the slow readers.</returns>
    internal static (long Read, long Unread) ParseLines(IngestRequest request)
    {
        using Inputs.TraceInput input = Inputs.InputOpener.Open(request.Inputs[0], request, null, out _);
        Text.Forms.FixedLineParser parser = new(new TracepointTable(new Contracts.Events.StringTable()));
        using Text.BlockFeed feed = new(new Text.LineReader(input.Name, input.Bytes), parser, request.Threads > 1);
        long read = 0;
        long unread = 0;
        Text.LineBlock block;
        do
        {
            block = feed.Next();
            foreach (ref readonly Text.Forms.FixedRow row in block.Rows.Rows)
            {
                read += row.Form >= 0 ? 1 : 0;
                unread += row.Form >= 0 ? 0 : 1;
            }
        }
        while (!block.IsLast);
        return (read, unread);
    }

    /// <summary>All unpacked bytes of a file, for tools that make test data.</summary>
    internal static byte[] Unpack(string path)
    {
        using Stream stream = Inputs.InputOpener.OpenSide(path);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
