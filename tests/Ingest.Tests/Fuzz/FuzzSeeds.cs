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
    /// <param name="corpus">Folder of the formats corpus, or null.</param>
    public static List<byte[]> Of(string container, string? corpus)
    {
        List<byte[]> seeds = [];
        byte[] text = Encoding.UTF8.GetBytes(Trace());
        switch (container)
        {
            case "accesses":
                seeds.Add(Encoding.ASCII.GetBytes("time_ns,page\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 1000},{i * 7 % 50}\n"))));
                seeds.Add(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"0x{i * 7 % 50:x}\n"))));
                break;
            case "ftrace":
                seeds.Add(text);
                Corpus(seeds, corpus, "ftrace-");
                Corpus(seeds, corpus, "genuine-text");
                break;
            case "gzip":
                seeds.Add(Gzip(text));
                seeds.Add(Gzip(Gzip(text)));
                seeds.Add([.. Gzip(text), .. Gzip(text)]);
                Corpus(seeds, corpus, "compressed-inputs", ".gz");
                break;
            case "zstd":
                Corpus(seeds, corpus, "compressed-inputs", ".zst");
                Corpus(seeds, corpus, "tracedat-v7-zstd");
                break;
            case "unpackers":
                Corpus(seeds, corpus, "compressed-inputs", ".xz");
                Corpus(seeds, corpus, "compressed-inputs", ".lz4");
                Corpus(seeds, corpus, "compressed-inputs", ".bz2");
                break;
            case "trace-dat":
                Corpus(seeds, corpus, "tracedat-");
                Corpus(seeds, corpus, "genuine-tracedat");
                break;
            case "perf-script" or "perf-data" or "tracecmd-report" or "perfetto" or "bpftrace" or "babeltrace" or "memslots" or "systrace":
                Corpus(seeds, corpus, container);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(container), container, "no such container");
        }
        return seeds;
    }

    private static void Corpus(List<byte[]> seeds, string? corpus, string cases, string end = "")
    {
        if (corpus is null)
        {
            return;
        }
        foreach (string folder in Directory.GetDirectories(corpus, cases + "*").Order(StringComparer.Ordinal))
        {
            foreach (string file in Directory.GetFiles(folder, "input*").Order(StringComparer.Ordinal))
            {
                byte[] bytes = File.ReadAllBytes(file);
                if (file.EndsWith(end, StringComparison.Ordinal) && bytes.Length is > 16 and <= MostBytes)
                {
                    seeds.Add(bytes);
                }
            }
        }
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
