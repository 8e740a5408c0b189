using System.Globalization;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Capture;

/// <summary>A capture folder (product.md 12): one trace in any representation, and what was recorded beside it.</summary>
internal sealed class CaptureFolder
{
    // The trace as the kernel printed it comes first: no tool has touched it.
    private static readonly string[] TraceNames =
        ["trace.txt", "trace_pipe.txt", "trace.dat", "report.txt", "perf-script.txt", "perf.data", "kmr1.txt", "trace"];

    private static readonly string[] Suffixes = ["", ".gz", ".zst", ".xz", ".lz4", ".bz2"];

    private CaptureFolder(string path, string trace)
    {
        Path = path;
        Trace = trace;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The trace file.</summary>
    public string Trace { get; }

    /// <summary>Further VMs of the same run: name and folder of their side files.</summary>
    public List<(string Name, string Path)> Vms { get; } = [];

    /// <summary>Notes on kernel, clock and MMU.</summary>
    public CaptureNotes Notes { get; private set; } = new();

    /// <summary>Opens a folder.</summary>
    /// <exception cref="InputException">It holds no trace.</exception>
    public static CaptureFolder Open(string path)
    {
        foreach (string name in TraceNames)
        {
            if (Find(path, name) is { } trace)
            {
                CaptureFolder folder = new(path, trace);
                folder.ReadNotes();
                folder.FindVms();
                return folder;
            }
        }
        throw new InputException(
            "no_trace",
            $"{System.IO.Path.GetFileName(path.TrimEnd('/'))}: no trace in this folder; expected one of {string.Join(", ", TraceNames)}, packed or not.");
    }

    /// <summary>A file of the folder under its name with any packing suffix, or null.</summary>
    public static string? Find(string folder, string name)
    {
        foreach (string suffix in Suffixes)
        {
            string path = System.IO.Path.Combine(folder, name + suffix);
            if (File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }

    /// <summary>Lines of a small side file; empty when there is none.</summary>
    public static string[] LinesOf(string folder, string name)
    {
        if (Find(folder, name) is not { } path)
        {
            return [];
        }
        using StreamReader reader = new(InputOpener.OpenSide(path));
        return reader.ReadToEnd().Split('\n');
    }

    private void FindVms()
    {
        Vms.Add(("vm1", Path));
        List<string> folders = [.. Directory.GetDirectories(Path, "vm*")];
        folders.Sort(StringComparer.Ordinal);
        foreach (string folder in folders)
        {
            if (File.Exists(System.IO.Path.Combine(folder, "memslots.csv")))
            {
                Vms.Add((System.IO.Path.GetFileName(folder), folder));
            }
        }
    }

    private void ReadNotes()
    {
        string? clock = null;
        string? kernel = null;
        string? arch = null;
        string? mmu = null;
        foreach (string line in LinesOf(Path, "job.env"))
        {
            if (line.StartsWith("CLOCK=", StringComparison.Ordinal))
            {
                clock = line[6..].Trim('"', ' ', '\r');
            }
        }
        string[] uname = LinesOf(Path, "uname.txt");
        if (uname.Length > 0)
        {
            string[] words = uname[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            kernel = words.Length > 2 ? words[2] : null;
            arch = Array.IndexOf(words, "aarch64") >= 0 ? "arm64" : Array.IndexOf(words, "x86_64") >= 0 ? "x86_64" : null;
        }
        foreach (string line in LinesOf(Path, "kvm-params.txt"))
        {
            if (line.EndsWith("/npt=N", StringComparison.Ordinal) || line.EndsWith("/ept=N", StringComparison.Ordinal)
                || line.EndsWith("/npt=0", StringComparison.Ordinal) || line.EndsWith("/ept=0", StringComparison.Ordinal))
            {
                mmu = "shadow";
            }
            else if (line.EndsWith("/tdp_mmu=Y", StringComparison.Ordinal))
            {
                mmu ??= "tdp";
            }
        }
        mmu = arch == "arm64" ? "stage2" : mmu;
        int? sampled = null;
        if (CaptureJson.Read(Path) is { } notes)
        {
            sampled = notes.SampledPages;
            clock = notes.Clock ?? clock;
            kernel = notes.Kernel ?? kernel;
            arch = notes.Arch ?? arch;
            mmu = notes.Mmu ?? mmu;
        }
        Notes = new CaptureNotes { Clock = clock, Kernel = kernel, Arch = arch, Mmu = mmu, SampledPages = sampled };
    }

    /// <summary>A field as a number: decimal, or hex with <c>0x</c>.</summary>
    public static bool TryNumber(string text, out ulong value)
    {
        text = text.Trim();
        return text.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
