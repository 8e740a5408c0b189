using System.Runtime.ExceptionServices;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Capture;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Accesses;

/// <summary>Reads lists of page accesses: packed lists, oracleGeneral, CSV, a capture's truth, our own Parquet; files may be packed in any way that traces may.</summary>
public static class AccessTraceReader
{
    private const string Packed = "u32le";
    private const string Oracle = "oracle_general";
    private const string Csv = "csv";
    private const string Parquet = "parquet";
    private const string TruthFile = "truth.csv";
    private static readonly string[] PackingSuffixes = [".gz", ".zst", ".xz", ".lz4", ".bz2"];
    private static readonly string[] FormatSuffixes = [".u32le", ".bin", ".oraclegeneral", ".csv", ".txt", ".parquet"];

    /// <summary>Names of the formats that files can be read as.</summary>
    public static IReadOnlyList<string> Formats { get; } = [Csv, Oracle, Parquet, Packed];

    /// <summary>Reads a file, a capture folder, a dataset or a run folder.</summary>
    /// <param name="path">File or folder, or <c>-</c> for standard input.</param>
    /// <param name="format">One of <see cref="Formats"/>, or null to recognise it by name and content.</param>
    /// <exception cref="InputException">It cannot be read, or holds no accesses; with the place.</exception>
    public static AccessTrace Read(string path, string? format = null)
    {
        AccessBuffer accesses = new(NameOf(path));
        try
        {
            return Directory.Exists(path) ? ReadFolder(path, accesses) : ReadFile(path, format, accesses);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            string detail = e.Message.TrimEnd('.');
            throw new InputException("unreadable", $"{accesses.Name}: after {accesses.Count} accesses: {detail}. The file is damaged or cut.");
        }
    }

    /// <summary>Name of a trace: the file's or folder's without suffixes; for a file named after its role alone that of its folder.</summary>
    public static string NameOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        name = CutSuffix(name, PackingSuffixes);
        for (string shorter = CutSuffix(name, FormatSuffixes); shorter.Length < name.Length; shorter = CutSuffix(name, FormatSuffixes))
        {
            name = shorter;
        }
        string? folder = Path.GetFileName(Path.GetDirectoryName(path));
        return name == "truth" && !string.IsNullOrEmpty(folder) ? folder : name;
    }

    /// <summary>Whether a command of a capture looks at accessed bits of all pages.</summary>
    internal static bool IsHarvest(string action) => action == "age";

    private static AccessTrace ReadFolder(string folder, AccessBuffer accesses)
    {
        if (AccessTables.Find(folder) is { } table)
        {
            return accesses.Finish(Parquet, AccessTables.Read(table, accesses));
        }
        List<string> vms = [folder];
        vms.AddRange(Directory.GetDirectories(folder, "vm*"));
        vms.RemoveAll(static v => CaptureFolder.Find(v, TruthFile) is null);
        vms.Sort(StringComparer.Ordinal);
        if (vms.Count == 0)
        {
            throw new InputException("no_accesses",
                $"{accesses.Name}: no accesses in this folder; expected {TruthFile} of a capture, or truth.parquet of a dataset. A run's schedules are schedule/touches-NAME.parquet.");
        }
        List<long> harvests = [];
        foreach (string vm in vms)
        {
            AccessCsv csv = new(accesses) { Vm = vms.Count > 1 ? Path.GetFileName(vm) : null };
            ReadText(InputOpener.OpenSide(CaptureFolder.Find(vm, TruthFile)!), csv);
            harvests.AddRange(Harvests(vm));
        }
        harvests.Sort();
        return accesses.Finish(Csv, harvests);
    }

    private static AccessTrace ReadFile(string path, string? format, AccessBuffer accesses)
    {
        using PeekStream stream = new(InputOpener.OpenSide(path));
        format ??= Recognise(path, stream, accesses.Name);
        switch (format)
        {
            case Packed:
                PackedAccesses.ReadU32(stream, accesses);
                return accesses.Finish(format, []);
            case Oracle:
                PackedAccesses.ReadOracle(stream, accesses);
                return accesses.Finish(format, []);
            case Parquet:
                return path == "-" || !stream.Peek(4).SequenceEqual("PAR1"u8)
                    ? throw new InputException("not_access_list", $"{accesses.Name}: no Parquet file (a packed one, or one on stdin, cannot be read).")
                    : accesses.Finish(format, AccessTables.Read(path, accesses));
            default:
                AccessCsv csv = new(accesses);
                ReadText(stream, csv);
                return accesses.Finish(format, csv.IsTruth && path != "-" ? Harvests(Path.GetDirectoryName(Path.GetFullPath(path))!) : []);
        }
    }

    private static void ReadText(Stream stream, AccessCsv csv)
    {
        LineReader lines = new(csv.Name, stream);
        LineBlock block = new();
        do
        {
            lines.Read(block);
            csv.Take(block);
            if (block.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
        while (!block.IsLast);
        csv.Finish();
    }

    private static List<long> Harvests(string folder)
    {
        List<long> times = [];
        foreach (ActionRow action in ActionRow.Read(CaptureFolder.LinesOf(folder, "actions.csv"), static (_, _, _) => { }))
        {
            if (IsHarvest(action.Action))
            {
                times.Add(action.EndNs);
            }
        }
        times.Sort();
        return times;
    }

    private static string Recognise(string path, PeekStream stream, string name)
    {
        string file = CutSuffix(Path.GetFileName(path), PackingSuffixes);
        if (file.EndsWith(".u32le", StringComparison.OrdinalIgnoreCase))
        {
            return Packed;
        }
        if (file.Contains("oracleGeneral", StringComparison.OrdinalIgnoreCase))
        {
            return Oracle;
        }
        ReadOnlySpan<byte> head = stream.Peek(256);
        if (head.StartsWith("PAR1"u8))
        {
            return Parquet;
        }
        head = head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? head[3..] : head;
        return IsText(head)
            ? Csv
            : throw new InputException("unknown_format", $"{name}: neither text nor Parquet, and its name does not say what it is; name it with --format {Packed} or --format {Oracle}.");
    }

    // A few bytes may be damaged.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        int odd = 0;
        foreach (byte b in head)
        {
            odd += Printable.Contains(b) ? 0 : 1;
        }
        return odd * 10 <= head.Length;
    }

    private static readonly System.Buffers.SearchValues<byte> Printable = System.Buffers.SearchValues.Create(PrintableBytes());

    private static byte[] PrintableBytes()
    {
        List<byte> bytes = [(byte)'\t', (byte)'\r', (byte)'\n'];
        for (byte b = 0x20; b < 0x7f; b++)
        {
            bytes.Add(b);
        }
        return [.. bytes];
    }

    private static string CutSuffix(string name, string[] suffixes)
    {
        foreach (string suffix in suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return name[..^suffix.Length];
            }
        }
        return name;
    }
}
