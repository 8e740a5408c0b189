using System.Globalization;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Inputs;

/// <summary>Opens files and standard input, unpacked.</summary>
internal static class InputOpener
{
    // Enough to see past a line that is too long to be one.
    private const int SniffBytes = 1 << 20;

    /// <summary>Opens an input for a format to read.</summary>
    /// <param name="file">Path, or <c>-</c> for standard input.</param>
    /// <param name="request">Options, hashes, progress.</param>
    /// <param name="folder">What the capture folder says, or null.</param>
    /// <param name="head">First unpacked bytes, for sniffing.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static TraceInput Open(
        string file, IngestRequest request, CaptureNotes? folder, out ReadOnlyMemory<byte> head)
    {
        InputFacts facts = new() { Name = file == "-" ? "-" : Path.GetFileName(file), Sha256 = request.KnownHashes.GetValueOrDefault(file, "") };
        (PeekStream stream, SourceStream source, long size) = OpenStored(file, facts, request.Progress);
        PeekStream unpacked = PlainText.Of(Compression.Unpack(facts.Name, stream, facts, out string compression), facts);
        facts.Compression = compression;
        head = unpacked.Peek(SniffBytes).ToArray();
        if (size == 0 || head.IsEmpty)
        {
            // A packed file that yields nothing is damaged or empty: the difference matters to whoever made it.
            string what = facts.Bytes == 0 ? "is empty" : "holds nothing that can be unpacked";
            unpacked.Dispose();
            throw new InputException("no_events", $"{facts.Name}: {what}.");
        }
        TraceInput input = new(facts.Name, file == "-" ? null : file, unpacked, facts, request.Options)
        {
            Clock = folder?.Clock,
            Kernel = folder?.Kernel,
            Arch = folder?.Arch,
            SampledPages = folder?.SampledPages
                ?? (request.Options.TryGetValue("sampled_pages", out string? sampled) ? int.Parse(sampled, CultureInfo.InvariantCulture) : null),
            Source = source,
            Threads = request.Threads,
            Slow = request.SlowText,
            BlockBytes = request.BlockBytes,
            Head = head,
        };
        input.Own(unpacked);
        return input;
    }

    /// <summary>Opens a side file, unpacked, as a stream.</summary>
    public static Stream OpenSide(string path)
    {
        InputFacts facts = new() { Name = Path.GetFileName(path) };
        (PeekStream stream, _, _) = OpenStored(path, facts, null);
        return Compression.Unpack(facts.Name, stream, facts, out _);
    }

    private static (PeekStream Stream, SourceStream Source, long Size) OpenStored(string file, InputFacts facts, IProgress<StageProgress>? progress)
    {
        Stream stored;
        long size = -1;
        if (file == "-")
        {
            stored = Console.OpenStandardInput();
        }
        else
        {
            try
            {
                FileStream opened = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);
                size = opened.CanSeek ? opened.Length : -1;
                stored = opened;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException("unreadable", $"{facts.Name}: cannot be read: {e.GetType().Name switch { "FileNotFoundException" or "DirectoryNotFoundException" => "no such file", _ => "no permission or not a file" }}.");
            }
        }
        SourceStream source = new(stored, facts, Math.Max(0, size), progress);
        return (new PeekStream(source), source, size);
    }
}
