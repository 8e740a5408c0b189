using System.Diagnostics;
using System.Globalization;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;

namespace SecondLook.Benchmarks.Ingest;

/// <summary>
/// Speed of ingest in CPU seconds (user and system), best of some runs, beside the usual tools on the same files in the same minutes: a genuine
/// capture repeated with shifted stamps under one header, a mix of all events, a genuine trace.dat repeated, a genuine perf.data.
/// </summary>
internal static class IngestBenchmark
{
    private static string s_hash = "not hashed";

    /// <summary>Runs it.</summary>
    /// <param name="args">Size in GB, number of runs, threads, folder for data, one row alone; a capture instead of the usual ones.</param>
    public static int Run(string[] args)
    {
        string? capture = null;
        double gigabytes = 1;
        int runs = 3;
        int threads = 1;
        string only = "";
        string folder = Path.Combine(Path.GetTempPath(), "secondlook-bench");
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--gb":
                    gigabytes = double.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--runs":
                    runs = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--only":
                    only = args[++i];
                    break;
                case "--threads":
                    threads = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--keep":
                    folder = args[++i];
                    break;
                default:
                    capture = args[i];
                    break;
            }
        }
        Directory.CreateDirectory(folder);
        long size = (long)(gigabytes * 1e9);
        string dataset = Path.Combine(folder, "dataset");
        if (only.Length > 0)
        {
            string file = Prepare(capture ?? Shared("v4-long-k72/trace.txt.zst")!, folder, size);
            One(only, file, only, runs, threads, dataset);
            return 0;
        }
        if ((capture ?? Shared("v4-long-k72/trace.txt.zst")) is not { } text)
        {
            Console.Error.WriteLine("no capture: name the trace text of one, plain or packed.");
            return 2;
        }
        Text("capture repeated", Prepare(text, folder, size), runs, dataset);
        Text("mix of all events", BigTraces.Mix(folder, size), runs, dataset);
        if (Shared("v1-tdp-mglru-k72-small/trace.dat") is { } dat)
        {
            string file = Prepare(dat, folder, size / 4);
            Head("trace.dat repeated", file);
            One("parse", file, "trace.dat: decode, order, meaning", runs, 1, dataset);
            One("Zstd", file, "trace.dat to Parquet, Zstd", runs, 1, dataset);
            Peer(file, "trace-cmd report", 1, "trace-cmd", "report", "-i", file);
        }
        if (Shared("v1-tdp-mglru-k72-small/perf.data.gz") is { } perf)
        {
            string file = Path.Combine(folder, "perf.data");
            File.WriteAllBytes(file, IngestStage.Unpack(perf));
            Head("perf.data", file);
            One("parse", file, "perf.data: decode, order, meaning", runs * 3, 1, dataset);
            Peer(file, "perf script", runs, "perf", "script", "-i", file);
        }
        Console.WriteLine($"peak memory of this process {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:f0} MiB");
        return 0;
    }

    private static void Text(string what, string file, int runs, string dataset)
    {
        Head(what, file);
        One("lines", file, "read and parse into columns", runs, 1, dataset);
        One("parse", file, "parse, order, meaning", runs, 1, dataset);
        One("None", file, "text to Parquet, no codec", runs, 1, dataset);
        One("Zstd", file, "text to Parquet, Zstd", runs, 1, dataset);
        One("Brotli", file, "text to Parquet, Brotli", runs, 1, dataset);
        One("Zstd", file, "the same on two threads", runs, 2, dataset);
        Row("SHA-256 of the file", new FileInfo(file).Length / 1e9, Best(1, () => s_hash = ContentHash.OfFile(file)).Cpu, 0, 0);
        Peer(file, "wc -l", runs, "wc", "-l", file);
        Peer(file, "grep -c kvm_age_hva", runs, "grep", "-c", "kvm_age_hva", file);
    }

    private static string Prepare(string capture, string folder, long size) => BigTraces.Repeated(capture, folder, size);

    private static void Head(string what, string file) => Console.WriteLine($"{what}: {new FileInfo(file).Length / 1e9:f3} GB");

    private static void One(string kind, string file, string what, int runs, int threads, string dataset)
    {
        // The caller of ingest names runs by the hash of their inputs, so it has the hash already; hashing alone is a row of its own.
        IngestRequest request = new() { Inputs = [file], Threads = threads, KnownHashes = new Dictionary<string, string> { [file] = s_hash } };
        long rows = 0;
        (double cpu, double wall) = Best(runs, () => rows = kind switch
        {
            "lines" => IngestStage.ParseLines(request).Read,
            "parse" => IngestStage.ParseOnly(request, CancellationToken.None),
            _ => IngestStage.Run(request with { Codec = Enum.Parse<ParquetCodec>(kind) }, dataset, CancellationToken.None).Rows,
        });
        Row(what, new FileInfo(file).Length / 1e9, cpu, wall, rows);
    }

    private static void Peer(string file, string what, int runs, string tool, params string[] arguments)
    {
        try
        {
            (double cpu, double wall) = Best(runs, () => Tool(tool, arguments));
            Row(what, new FileInfo(file).Length / 1e9, cpu, wall, 0);
        }
        catch (InvalidOperationException)
        {
            Console.WriteLine($"    {what,-36} not installed");
        }
    }

    private static void Row(string what, double gigabytes, double cpu, double wall, long rows)
    {
        string events = rows > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {rows / 1e6 / cpu,6:f2} M rows per CPU s") : "";
        string elapsed = wall > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {wall,6:f2} s") : "         ";
        Console.WriteLine($"    {what,-36} {cpu,7:f2} CPU s{elapsed}  {gigabytes / cpu,7:f2} GB per CPU s{events}");
    }

    private static string? Shared(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "traces", name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    private static (double Cpu, double Wall) Best(int runs, Action action)
    {
        (double Cpu, double Wall) best = (double.MaxValue, double.MaxValue);
        for (int i = 0; i < runs; i++)
        {
            TimeSpan before = Cpu();
            Stopwatch watch = Stopwatch.StartNew();
            action();
            best = (Math.Min(best.Cpu, (Cpu() - before).TotalSeconds), Math.Min(best.Wall, watch.Elapsed.TotalSeconds));
        }
        return best;
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime + s_tools;

    private static TimeSpan s_tools;

    // The shell tells the CPU time of its children when it ends; the process object no longer does. grep stops at its first hit when it sees
    // that nobody reads, hence the pipe.
    private static void Tool(string name, params string[] arguments)
    {
        string command = $"command -v {name} > /dev/null || exit 9; {name} {string.Join(' ', arguments)} 2> /dev/null | cat > /dev/null; times";
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true })!;
        string[] times = shell.StandardOutput.ReadToEnd().Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries);
        shell.WaitForExit();
        if (shell.ExitCode == 9)
        {
            throw new InvalidOperationException($"{name} is not installed.");
        }
        s_tools += Seconds(times[^2]) + Seconds(times[^1]);
    }

    private static TimeSpan Seconds(string text)
    {
        string[] parts = text.TrimEnd('s').Split('m');
        return TimeSpan.FromSeconds((double.Parse(parts[0], CultureInfo.InvariantCulture) * 60) + double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
