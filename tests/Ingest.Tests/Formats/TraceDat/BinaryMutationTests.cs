using System.Buffers.Binary;
using System.Diagnostics;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>Damaged binary files end in events or in one message, never in a crash, a hang or gigabytes.</summary>
public sealed class BinaryMutationTests
{
    private const int Cases = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public void Dump_MutatedBinaryFiles_AreReadOrRefused()
    {
        List<byte[]> seeds = Seeds();
        using Scratch scratch = new();
        for (int i = 0; i < Cases; i++)
        {
            Xoshiro256 random = new(20, "binary-mutation", (ulong)i);
            byte[] mutant = Mutate(seeds[i % seeds.Count], seeds[(int)random.NextBelow((ulong)seeds.Count)], random);
            string path = scratch.Write("input.dat", mutant);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                IngestStage.DumpText(new IngestRequest { Inputs = [path] }, TextWriter.Null, CancellationToken.None);
            }
            catch (InputException)
            {
                // One message with a reason: that is an answer.
            }
            catch (Exception e)
            {
                Assert.Fail($"case {i}: {e}");
            }
            Assert.True(watch.Elapsed < Patience, $"case {i} took {watch.Elapsed}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 1L << 30, $"case {i} allocated more than 1 GiB");
        }
    }

    [Fact]
    public void Dump_OneDamagedPage_LosesNothingOfTheOthers()
    {
        const int Pages = 40;
        const int PerPage = 100;
        byte[][] pages = new byte[Pages][];
        for (int p = 0; p < Pages; p++)
        {
            RingPage page = new((ulong)p * 10_000);
            for (int i = 0; i < PerPage; i++)
            {
                page.Record(10, TraceDatWriter.Age(74, (ulong)((p * PerPage) + i) << 12));
            }
            pages[p] = page.Bytes();
        }
        byte[] file = TraceDatWriter.File([pages]);
        int firstPage = file.Length - (Pages * 4096);
        for (int i = 0; i < 200; i++)
        {
            Xoshiro256 random = new(21, "page-damage", (ulong)i);
            byte[] mutant = (byte[])file.Clone();
            int page = (int)random.NextBelow(Pages);
            for (int n = 0; n < 8; n++)
            {
                // Behind the page's stamp, which no reader can check.
                mutant[firstPage + (page * 4096) + 8 + (int)random.NextBelow(4088)] = (byte)random.Next();
            }
            int survivors = Dumped.Of(mutant).GetProperty("events").EnumerateArray()
                .Select(e => (int)(Convert.ToUInt64(e.GetProperty("start").GetString(), 16) >> 12))
                .Where(n => n / PerPage != page && n < Pages * PerPage).Distinct().Count();
            Assert.True(survivors >= (Pages - 1) * PerPage, $"case {i}: {survivors}");
        }
    }

    private static List<byte[]> Seeds()
    {
        RingPage first = new(1000);
        RingPage second = new RingPage(3000).Lost(5);
        for (int i = 0; i < 50; i++)
        {
            first.Record(10, TraceDatWriter.Age(74, (ulong)i << 12));
            second.Extend(1UL << 28).LongRecord(10, TraceDatWriter.Age(5000, (ulong)i << 12));
        }
        List<byte[]> seeds = [TraceDatWriter.File([[first.Bytes(), second.Bytes()], [second.Bytes()]], [(4, "[local] mono\0"u8.ToArray())])];
        foreach (string name in (string[])["tracedat-v6", "tracedat-v6-bigendian", "tracedat-v7-instances", "tracedat-v7-zlib", "tracedat-v7-zstd", "tracedat-host-guest", "perf-data", "perfetto-ftrace"])
        {
            if (Captures.Case(name) is { } folder)
            {
                seeds.AddRange(Directory.GetFiles(folder, "input.*").Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
            }
        }
        return seeds;
    }

    private static byte[] Mutate(byte[] seed, byte[] other, Xoshiro256 random)
    {
        byte[] bytes = (byte[])seed.Clone();
        int changes = 1 + (int)random.NextBelow(6);
        for (int i = 0; i < changes && bytes.Length > 16; i++)
        {
            int at = (int)random.NextBelow((ulong)bytes.Length);
            switch (random.NextBelow(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << (int)random.NextBelow(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next();
                    break;
                case 2:
                    bytes = bytes[..Math.Max(1, at)];
                    break;
                case 3 when at <= bytes.Length - 8:
                    ulong[] lengths = [0, 1, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ulong.MaxValue, (ulong)bytes.Length, (ulong)bytes.Length * 2];
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), lengths[random.NextBelow((ulong)lengths.Length)]);
                    break;
                case 4 when at <= bytes.Length - 4:
                    BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), (uint)random.Next());
                    break;
                case 5:
                    int from = (int)random.NextBelow((ulong)other.Length);
                    int length = (int)Math.Min(random.NextBelow(512), (ulong)Math.Min(other.Length - from, bytes.Length - at));
                    other.AsSpan(from, length).CopyTo(bytes.AsSpan(at));
                    break;
                case 6:
                    int repeat = (int)Math.Min(random.NextBelow(4096), (ulong)(bytes.Length - at));
                    bytes = [.. bytes[..(at + repeat)], .. bytes[at..]];
                    break;
            }
        }
        return bytes;
    }
}
