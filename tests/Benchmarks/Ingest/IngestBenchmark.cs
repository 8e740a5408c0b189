using System.Diagnostics;
using System.Globalization;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;

namespace SecondLook.Benchmarks.Ingest;

/// <summary>
/// Speed of ingest on a genuine capture repeated with shifted stamps under one header: CPU seconds (user and system), best of some runs,
/// beside wc -l and grep -c on the same file in the same minutes.
/// </summary>
internal static class IngestBenchmark
{
    /// <summary>Runs it.</summary>
    /// <param name="args">Capture text, size in GB, number of runs, folder for data.</param>
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
        capture ??= Default();
        if (capture is null)
        {
            Console.Error.WriteLine("no capture: name the trace text of one, plain or packed.");
            return 2;
        }
        Directory.CreateDirectory(folder);
        string text = capture.Contains(".dat", StringComparison.Ordinal)
            ? RepeatedTraceDat.Make(capture, folder, (long)(gigabytes * 1e9))
            : RepeatedTrace.Make(capture, folder, (long)(gigabytes * 1e9));
        double size = new FileInfo(text).Length / 1e9;
        Console.WriteLine($"{size:f3} GB of ftrace text, {runs} runs each, best CPU seconds");
        if (only.Length > 0)
        {
            s_hash = "not hashed";
            long rows = 0;
            double best = Best(runs, () => rows = only == "lines" ? IngestStage.ParseLines(Request(text, threads)).Read : only == "parse"
                ? IngestStage.ParseOnly(Request(text, threads), CancellationToken.None)
                : IngestStage.Run(Request(text, threads) with { Codec = Enum.Parse<ParquetCodec>(only) }, Path.Combine(folder, "dataset"), CancellationToken.None).Rows);
            Row(only, size, best);
            Console.WriteLine($"    {rows / 1e6:f2} M rows, {rows / 1e6 / best:f2} M per CPU s");
            return 0;
        }
        Row("SHA-256", size, Best(1, () => s_hash = ContentHash.OfFile(text)));
        Row("parse only", size, Best(runs, () => IngestStage.ParseOnly(Request(text, threads), CancellationToken.None)));
        foreach (ParquetCodec codec in new[] { ParquetCodec.None, ParquetCodec.Zstd, ParquetCodec.Brotli })
        {
            string target = Path.Combine(folder, "dataset");
            Row($"text to Parquet, {codec}", size, Best(runs, () => IngestStage.Run(Request(text, threads) with { Codec = codec }, target, CancellationToken.None)));
            long bytes = Directory.GetFiles(target, "part-*.parquet").Sum(f => new FileInfo(f).Length);
            Console.WriteLine($"    {bytes / 1e6:f1} MB of Parquet");
        }
        Row("wc -l", size, Best(runs, () => Tool("wc", "-l", text)));
        Row("grep -c kvm_age_hva", size, Best(runs, () => Tool("grep", "-c", "kvm_age_hva", text)));
        Console.WriteLine($"peak memory of this process {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:f0} MiB");
        return 0;
    }

    // The caller of ingest names runs by the hash of their inputs, so it has the hash already; hashing alone is a row of its own.
    private static IngestRequest Request(string text, int threads) =>
        new() { Inputs = [text], Threads = threads, KnownHashes = new Dictionary<string, string> { [text] = s_hash } };

    private static string s_hash = "";

    private static string? Default()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "traces", "v4-long-k72", "trace.txt.zst");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    private static void Row(string what, double gigabytes, double seconds) =>
        Console.WriteLine($"{what,-28} {seconds,7:f2} CPU s  {gigabytes / seconds,6:f2} GB per CPU s");

    private static double Best(int runs, Action action)
    {
        double best = double.MaxValue;
        for (int i = 0; i < runs; i++)
        {
            TimeSpan before = Cpu();
            action();
            best = Math.Min(best, (Cpu() - before).TotalSeconds);
        }
        return best;
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime + s_tools;

    private static TimeSpan s_tools;

    // The shell tells the CPU time of its children when it ends; the process object no longer does.
    private static void Tool(string name, params string[] arguments)
    {
        string command = $"{name} {string.Join(' ', arguments)} > /dev/null; times";
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true })!;
        string[] times = shell.StandardOutput.ReadToEnd().Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries);
        shell.WaitForExit();
        s_tools += Seconds(times[^2]) + Seconds(times[^1]);
    }

    private static TimeSpan Seconds(string text)
    {
        string[] parts = text.TrimEnd('s').Split('m');
        return TimeSpan.FromSeconds((double.Parse(parts[0], CultureInfo.InvariantCulture) * 60) + double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
