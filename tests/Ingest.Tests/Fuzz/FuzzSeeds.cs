using System.IO.Compression;
using System.Text;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Valid files of each container, which mutations begin with: those of the formats corpus, and some made here.</summary>
internal static class FuzzSeeds
{
    private const int MostBytes = 1 << 17;

    /// <summary>Containers that can be fuzzed.</summary>
    public static IReadOnlyList<string> Containers { get; } =
    [
        "accesses", "babeltrace", "bpftrace", "ftrace", "gzip", "memslots", "perf-data", "perf-script", "perfetto", "systrace", "trace-dat", "tracecmd-report",
        "unpackers", "zstd",
    ];

    /// <summary>Seeds of a container, without the corpus only those made here; may be empty then.</summary>
    /// <param name="container">One of <see cref="Containers"/>.</param>
    /// <param name="corpus">Folder of the formats corpus, or null; genuine captures are looked for beside it.</param>
    /// <param name="folder">Folder for files that are read to find out what records the seeds hold.</param>
    public static List<FuzzSeed> Of(string container, string? corpus, string folder)
    {
        FuzzUnits units = new(container, folder);
        List<FuzzSeed> seeds = [];
        byte[] text = Encoding.UTF8.GetBytes(Trace());
        void Texts(IEnumerable<byte[]> files) => seeds.AddRange(files.Select(units.Lines));
        switch (container)
        {
            case "accesses":
                seeds.Add(units.Lines(Encoding.ASCII.GetBytes("time_ns,page\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 1000},{i * 7 % 50}\n")))));
                seeds.Add(units.Lines(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"0x{i * 7 % 50:x}\n")))));
                break;
            case "ftrace":
                seeds.Add(units.Lines(text));
                Texts(Corpus(corpus, "ftrace-"));
                Texts(Corpus(corpus, "genuine-text"));
                Texts(GenuineParts.Text(corpus, "v1-tdp-mglru-k72-small", "trace.txt"));
                Texts(GenuineParts.Text(corpus, "v8-arm64-k72", "trace.txt"));
                Texts(GenuineParts.Text(corpus, "v6-lost-k61", "trace_pipe.txt"));
                break;
            case "gzip":
                seeds.Add(units.Members(Parts().Select(Gzip)));
                seeds.Add(units.Members([Gzip(text)]));
                seeds.Add(units.Members([Gzip(Gzip(text))]));
                seeds.AddRange(Corpus(corpus, "compressed-inputs", ".gz").Select(f => units.Members([f])));
                break;
            case "zstd":
                seeds.AddRange(Corpus(corpus, "compressed-inputs", ".zst").Select(f => units.Members([f, f, f, f])));
                seeds.AddRange(Corpus(corpus, "tracedat-v7-zstd").Select(units.TraceDat));
                break;
            case "unpackers":
                foreach (string end in (string[])[".xz", ".lz4", ".bz2"])
                {
                    foreach (byte[] file in Corpus(corpus, "compressed-inputs", end))
                    {
                        seeds.Add(units.Members([file]));
                        seeds.Add(units.Members([file, file, file, file]));
                    }
                }
                break;
            case "trace-dat":
                seeds.AddRange(Corpus(corpus, "tracedat-").Select(units.TraceDat));
                seeds.AddRange(Corpus(corpus, "genuine-tracedat").Select(f => units.Members([f])));
                seeds.AddRange(GenuineParts.TraceDat(corpus).Select(units.TraceDat));
                break;
            case "perf-data":
                seeds.AddRange(Corpus(corpus, "perf-data").Select(units.PerfData));
                seeds.AddRange(GenuineParts.PerfData(corpus).Select(units.PerfData));
                break;
            case "perfetto":
                seeds.AddRange(Corpus(corpus, container).Select(units.Perfetto));
                break;
            case "perf-script" or "tracecmd-report":
                Texts(Corpus(corpus, container));
                Texts(GenuineParts.Text(corpus, "v1-tdp-mglru-k72-small", container == "perf-script" ? "perf-script.txt" : "report.txt"));
                break;
            case "bpftrace" or "babeltrace" or "memslots" or "systrace":
                Texts(Corpus(corpus, container));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(container), container, "no such container");
        }
        return seeds;
    }

    private static List<byte[]> Corpus(string? corpus, string cases, string end = "")
    {
        List<byte[]> files = [];
        if (corpus is null)
        {
            return files;
        }
        foreach (string folder in Directory.GetDirectories(corpus, cases + "*").Order(StringComparer.Ordinal))
        {
            foreach (string file in Directory.GetFiles(folder, "input*").Order(StringComparer.Ordinal))
            {
                byte[] bytes = File.ReadAllBytes(file);
                if (file.EndsWith(end, StringComparison.Ordinal) && bytes.Length is > 16 and <= MostBytes)
                {
                    files.Add(bytes);
                }
            }
        }
        return files;
    }

    // The text in pieces of some lines.
    private static IEnumerable<byte[]> Parts()
    {
        string[] lines = Trace().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Chunk(25).Select(part => Encoding.ASCII.GetBytes(string.Join('\n', part) + "\n"));
    }

    private static string Trace()
    {
        StringBuilder text = new("# tracer: nop\n#\n");
        for (int i = 0; i < 200; i++)
        {
            text.Append($"        kvmtouch-229     [00{i % 2}] ...1.  {10 + (i / 100),4}.{i * 7919 % 1_000_000:d6}: ");
            text.Append((i % 3) switch
            {
                0 => $"kvm_age_hva: mmu notifier age hva: 0x{i << 12:x14} -- 0x{(i + 1) << 12:x14}\n",
                1 => $"kvm_tdp_mmu_spte_changed: as id 0 gfn {i:x} level 1 old_spte {0x129426e67 + i:x} new_spte {0x129426e47 + i:x}\n",
                _ => $"mm_vmscan_lru_isolate: classzone=2 order=0 nr_requested=32 nr_scanned={i} nr_skipped=0 nr_taken={i} lru=inactive_anon\n",
            });
        }
        return text.ToString();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }
        return packed.ToArray();
    }
}
