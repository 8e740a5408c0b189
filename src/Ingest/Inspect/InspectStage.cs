using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Inspect;

/// <summary>Says what a trace can and cannot tell, and what to record next time.</summary>
public static class InspectStage
{
    /// <summary>Inspects every input: a trace, a capture folder, or a dataset that ingest wrote.</summary>
    /// <param name="request">Inputs and how to read them; each input is a capture of its own.</param>
    /// <param name="json">One JSON object instead of text.</param>
    /// <param name="output">Where it goes; the last line of the text is the verdict.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="InputException">An input cannot be read, is refused, or holds nothing.</exception>
    public static void Run(IngestRequest request, bool json, TextWriter output, CancellationToken cancel)
    {
        if (request.Inputs.Count == 0)
        {
            throw new UsageException(["no input: name a trace, a capture folder or a dataset."]);
        }
        List<CaptureFacts> captures = [];
        foreach (string input in request.Inputs)
        {
            captures.Add(One(request with { Inputs = [input] }, input, cancel));
        }
        if (json)
        {
            InspectJson.Write(captures, output);
        }
        else
        {
            InspectText.Write(captures, output);
        }
    }

    private static CaptureFacts One(IngestRequest request, string input, CancellationToken cancel)
    {
        string name = input == "-" ? "stdin" : Path.GetFileName(Path.TrimEndingDirectorySeparator(input));
        if (File.Exists(Path.Combine(input, EventsWriter.PartName(0))))
        {
            return DatasetExaminer.Examine(input, name);
        }
        string temporary = Path.Combine(Path.GetTempPath(), $"secondlook-inspect-{Environment.ProcessId}");
        try
        {
            IngestStage.Run(request with { Codec = Parquet.ParquetCodec.None }, temporary, cancel);
            return DatasetExaminer.Examine(temporary, name);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
