using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Reference;

namespace SecondLook.Benchmarks.Replay;

/// <summary>Requests per CPU-second of the reference policies, of the exact LRU curve and of SHARDS, beside libCacheSim where its binary is named.</summary>
internal static class CacheBenchmark
{
    private const string BinaryVariable = "SECONDLOOK_CACHESIM";
    private const string SizedVariable = "SECONDLOOK_CACHESIM_SIZED";
    private const int Addresses = 1 << 20;
    private const double Exponent = 0.99;

    // Policy, libCacheSim's name, its M requests per CPU-second as product.md 9 gives them (stock, table sized to the cache), the goals as multiples of the two.
    private static readonly Peer[] Rows =
    [
        new("lru", "lru", 8.2, 15.8, 8, 4),
        new("fifo", "fifo", 9.2, 22.6, 8, 4),
        new("clock", "clock", 9.2, 21.2, 8, 4),
        new("sieve", "sieve", 11.8, 23.5, 8, 4),
        new("lfu", "lfu", 5.1, 7.7, 4, 0),
        new("arc", "arc", 6.7, 10.3, 4, 0),
        new("twoq", "twoq", 4.4, 8.4, 4, 0),
        new("s3fifo", "s3fifo", 3.9, 9.1, 4, 0),
        new("lirs", "lirs", 3.8, 6.1, 4, 0),
        new("wtinylfu", "wtinylfu", 4.5, 9.4, 2, 0),
        new("opt", "belady", 6.6, 9.0, 4, 0),
    ];

    /// <summary>Runs the rows; arguments: millions of requests (10 unless given), then names of policies (all unless given).</summary>
    public static int Run(string[] args)
    {
        bool counted = args.Length > 0 && int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        int requests = (counted ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10) * 1_000_000;
        string[] only = args[(counted ? 1 : 0)..];
        ulong[] pages = Zipf(requests);
        PageList list = PageList.Of(pages);
        int capacity = list.Pages / 10;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests / 1e6} M requests, Zipf {Exponent}, {list.Pages} distinct pages, {capacity} fit; M requests per CPU-second, best of five"));
        Row("renumbering", requests, () => GC.KeepAlive(PageList.Of(pages)));
        string? stock = Tool(BinaryVariable);
        string? sizedTable = Tool(SizedVariable);
        string file = stock is null && sizedTable is null ? "" : WriteOracle(pages, list.Next);
        try
        {
            Console.WriteLine("policy          ours    stock     ratio  goal    sized     ratio  goal");
            foreach (Peer peer in Rows)
            {
                if (only.Length > 0 && Array.IndexOf(only, peer.Policy) < 0)
                {
                    continue;
                }
                double ours = requests / Best(5, () => MissCounter.Run(peer.Policy, list, capacity, 1)) / 1e6;
                double theirs = stock is null ? peer.Stock : requests / BestOfTool(3, stock, file, peer.Theirs, capacity) / 1e6;
                double sized = sizedTable is null ? peer.Sized : requests / BestOfTool(3, sizedTable, file, peer.Theirs, capacity) / 1e6;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{peer.Policy,-12} {ours,7:f1} {theirs,8:f1}{Mark(stock)} {ours / theirs,7:f1}x {peer.Goal,4}x {sized,8:f1}{Mark(sizedTable)} {ours / sized,7:f1}x {(peer.GoalSized > 0 ? $"{peer.GoalSized}x" : "-"),5}"));
            }
        }
        finally
        {
            if (file.Length > 0)
            {
                File.Delete(file);
            }
        }
        if (only.Length == 0 || Array.IndexOf(only, "curve") >= 0)
        {
            Row("exact LRU curve, goal 8", requests, () => GC.KeepAlive(LruCurve.Of(list)));
            Row("SHARDS 0.1", requests, () => GC.KeepAlive(ShardsCurve.Of(list, 0.1, 1)));
            Row("SHARDS 0.01", requests, () => GC.KeepAlive(ShardsCurve.Of(list, 0.01, 1)));
        }
        return 0;
    }

    private static string Mark(string? tool) => tool is null ? "*" : " ";

    private static string? Tool(string variable)
    {
        string? path = Environment.GetEnvironmentVariable(variable);
        if (path is null)
        {
            Console.WriteLine($"{variable} names no cachesim: figures with * are those of product.md, which another machine gave");
        }
        return path;
    }

    private sealed record Peer(string Policy, string Theirs, double Stock, double Sized, double Goal, double GoalSized);

    private static ulong[] Zipf(int requests)
    {
        double[] sums = new double[Addresses];
        double sum = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = sum += Math.Pow(i + 1, -Exponent);
        }
        Xoshiro256 random = new(1, "benchmark.cache");
        ulong[] pages = new ulong[requests];
        for (int i = 0; i < pages.Length; i++)
        {
            int at = Array.BinarySearch(sums, random.NextDouble() * sum);
            // An odd multiplier spreads neighbours in rank over the address space, as neighbours in heat are in a guest.
            pages[i] = (ulong)(uint)(at < 0 ? ~at : at) * 0x9E3779B1 % Addresses;
        }
        return pages;
    }

    private static string WriteOracle(ulong[] pages, int[] next)
    {
        string file = Path.Combine(Path.GetTempPath(), $"secondlook-{Environment.ProcessId}.oracleGeneral.bin");
        using FileStream stream = new(file, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> record = stackalloc byte[24];
        for (int i = 0; i < pages.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(i / 100_000));
            BinaryPrimitives.WriteUInt64LittleEndian(record[4..], pages[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], 1);
            BinaryPrimitives.WriteInt64LittleEndian(record[16..], next[i] == int.MaxValue ? -1 : next[i] + 1L);
            stream.Write(record);
        }
        return file;
    }

    private static void Row(string name, int requests, Action work) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {requests / Best(5, work) / 1e6:f1}"));

    private static double Best(int runs, Action work)
    {
        // The first round compiles; the best of the others counts.
        work();
        double best = double.MaxValue;
        for (int i = 0; i < runs; i++)
        {
            GC.Collect();
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            work();
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }
        return best;
    }

    // User and system time of the whole process: it reads its trace from the page cache, which costs it little.
    private static double BestOfTool(int runs, string binary, string file, string policy, int capacity)
    {
        double best = double.MaxValue;
        string folder = Directory.CreateTempSubdirectory("secondlook-").FullName;
        for (int i = 0; i < runs; i++)
        {
            string command = string.Create(CultureInfo.InvariantCulture, $"'{binary}' '{file}' oracleGeneral {policy} {capacity} --ignore-obj-size 1 > /dev/null 2>&1; times");
            using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, WorkingDirectory = folder })!;
            string[] times = shell.StandardOutput.ReadToEnd().Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries);
            shell.WaitForExit();
            best = Math.Min(best, Seconds(times[^2]) + Seconds(times[^1]));
        }
        Directory.Delete(folder, recursive: true);
        return best;
    }

    private static double Seconds(string text)
    {
        string[] parts = text.TrimEnd('s').Split('m');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture) * 60) + double.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
