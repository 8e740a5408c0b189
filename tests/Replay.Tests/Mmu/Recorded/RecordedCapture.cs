using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>A capture folder, read by a plain line reader of its own so that the check does not lean on the product's parsers.</summary>
internal sealed class RecordedCapture
{
    public required string Name { get; init; }

    public required List<RecordedEvent> Events { get; init; }

    public required List<RecordedVm> Vms { get; init; }

    /// <summary>Reads a folder; null when its trace cannot be decompressed here.</summary>
    public static RecordedCapture? Read(string folder)
    {
        string? trace = Directory.GetFiles(folder).FirstOrDefault(f => Path.GetFileName(f) is "trace.txt" or "trace.txt.gz" or "trace.txt.zst");
        if (trace is null || (trace.EndsWith(".zst", StringComparison.Ordinal) && !HasZstd))
        {
            return null;
        }
        var vms = new List<RecordedVm> { RecordedVm.Read(folder) };
        if (Directory.Exists(Path.Combine(folder, "vm2")))
        {
            vms.Add(RecordedVm.Read(Path.Combine(folder, "vm2")));
        }
        var events = new List<RecordedEvent>();
        long shift = long.MaxValue;
        foreach (string line in Lines(trace))
        {
            if (RecordedLine.TryParse(line, out RecordedEvent parsed, out long mono))
            {
                events.Add(parsed);
            }
            if (mono >= 0)
            {
                // Marks carry the monotonic time read just before they were written: the smallest difference is the clock's offset.
                shift = Math.Min(shift, parsed.TimestampNs - mono);
            }
        }
        if (shift != long.MaxValue && Math.Abs(shift) > 1_000_000)
        {
            for (int i = 0; i < events.Count; i++)
            {
                events[i] = events[i] with { TimestampNs = events[i].TimestampNs - shift };
            }
        }
        return new RecordedCapture { Name = Path.GetFileName(folder), Events = events, Vms = vms };
    }

    private static bool HasZstd => File.Exists("/usr/bin/zstd");

    public static IEnumerable<string> Lines(string path)
    {
        if (path.EndsWith(".zst", StringComparison.Ordinal))
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/zstd", ["-dcq", path]) { RedirectStandardOutput = true })!;
            while (process.StandardOutput.ReadLine() is { } line)
            {
                yield return line;
            }
            yield break;
        }
        using Stream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}

/// <summary>What a folder says about one VM: slots, ground truth, actions.</summary>
internal sealed class RecordedVm
{
    public required List<Memslot> Slots { get; init; }

    public required HashSet<int> DataSlots { get; init; }

    public required List<RecordedTouch> Touches { get; init; }

    public required List<RecordedAction> Actions { get; init; }

    public static RecordedVm Read(string folder)
    {
        var slots = new List<Memslot>();
        var data = new HashSet<int>();
        foreach (string[] row in Rows(Path.Combine(folder, "memslots.csv")))
        {
            var slot = new Memslot(0, int.Parse(row[0], CultureInfo.InvariantCulture), new Gfn(Hex(row[1])), ulong.Parse(row[2], CultureInfo.InvariantCulture), new Hva(Hex(row[3])));
            slots.Add(slot);
            if (row[5] == "data")
            {
                data.Add(slot.Id);
            }
        }
        var touches = new List<RecordedTouch>();
        string? truth = Directory.GetFiles(folder).FirstOrDefault(f => Path.GetFileName(f).StartsWith("truth.csv", StringComparison.Ordinal));
        if (truth is not null)
        {
            foreach (string[] row in Rows(truth))
            {
                if (row[4] is "R" or "W" or "MR" or "MW")
                {
                    touches.Add(new RecordedTouch(long.Parse(row[0], CultureInfo.InvariantCulture), Hex(row[3]), row[4][^1] == 'W', row[4][0] == 'M'));
                }
            }
        }
        touches.Sort((a, b) => a.TimestampNs.CompareTo(b.TimestampNs));
        var actions = new List<RecordedAction>();
        if (File.Exists(Path.Combine(folder, "actions.csv")))
        {
            foreach (string[] row in Rows(Path.Combine(folder, "actions.csv")))
            {
                actions.Add(new RecordedAction(
                    long.Parse(row[1], CultureInfo.InvariantCulture), long.Parse(row[2], CultureInfo.InvariantCulture), row[3], row[5].Trim('"')));
            }
        }
        return new RecordedVm { Slots = slots, DataSlots = data, Touches = touches, Actions = actions };
    }

    private static IEnumerable<string[]> Rows(string path) => RecordedCapture.Lines(path).Skip(1).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(','));

    private static ulong Hex(string text) => ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
