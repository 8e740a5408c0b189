using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Ingest.Accesses;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Tests.Accesses;

/// <summary>Lists of strangers: whatever their bytes, they are read or refused with a sentence, and nothing else happens.</summary>
public sealed class AccessFuzzTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly string _folder;

    public AccessFuzzTests() => _folder = _scratch.Root;

    public static TheoryData<string> Names => ["list.u32le", "list.oracleGeneral.bin", "list.csv", "truth.csv", "list.csv.gz", "list.u32le.zst", "truth.parquet", "anything"];

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void DamagedLists_AreReadOrRefused(string name)
    {
        byte[] whole = Whole(name);
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, whole);
        int refused = 0;
        for (ulong seed = 1; seed <= 150; seed++)
        {
            Xoshiro256 random = new(seed, "test.damage." + name);
            byte[] damaged = [.. whole.AsSpan(0, seed % 3 == 0 ? (int)random.NextBelow((ulong)whole.Length) : whole.Length)];
            for (ulong flips = random.NextBelow(12); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.NextBelow((ulong)damaged.Length)] = (byte)random.Next();
            }
            File.WriteAllBytes(path, damaged);
            try
            {
                AccessTrace trace = AccessTraceReader.Read(path);
                Assert.NotEmpty(trace.Pages);
                Assert.True(trace.TimesNs is null || trace.TimesNs.Length == trace.Pages.Length);
                Assert.True(trace.TimesNs is null || trace.TimesNs.Zip(trace.TimesNs.Skip(1)).All(p => p.First <= p.Second));
            }
            catch (SecondLookException e)
            {
                refused++;
                Assert.Equal(3, e.ExitCode);
                Assert.DoesNotContain(_folder, e.Message, StringComparison.Ordinal);
                Assert.True(e.Message.Length < 1000, e.Message);
            }
        }
        Assert.True(refused > 0);
    }

    [Fact]
    public void LineWithoutEnd_IsRefusedEarly()
    {
        string path = Path.Combine(_folder, "long.csv");
        File.WriteAllText(path, "1\n2\n" + new string('7', 5_000_000));
        InputException e = Assert.Throws<InputException>(() => AccessTraceReader.Read(path));
        Assert.Contains("line 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ListsPutBehindEachOther_AreOneList()
    {
        string path = Path.Combine(_folder, "two.csv");
        File.WriteAllText(path, "time_s,page\n1.5,7\n2.5,8\npage;time_ms\n9;3500\n10;4500\n");
        AccessTrace trace = AccessTraceReader.Read(path);
        Assert.Equal([7UL, 8, 9, 10], trace.Pages.ToArray());
        Assert.Empty(trace.Notes);
    }

    [Fact]
    public void Directory_WithoutLists_SaysWhatItLooksFor()
    {
        InputException e = Assert.Throws<InputException>(() => AccessTraceReader.Read(_folder));
        Assert.Contains("truth.csv", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyLists_OfMixedTimes_AreInOrder()
    {
        string path = Path.Combine(_folder, "late.csv");
        File.WriteAllText(path, "time_s,page,vm\n2.5,1,a\n0.000000001,2,a\n2.5,1,b\n-1,3,a\n");
        AccessTrace trace = AccessTraceReader.Read(path);
        Assert.Equal([-1_000_000_000, 1, 2_500_000_000, 2_500_000_000], trace.TimesNs!);
        Assert.Equal(4, trace.Pages.Distinct().Count());
        Assert.Equal([3UL, 2UL, 1UL], trace.Pages[..3]);
        Assert.Single(trace.Notes);
    }

    private byte[] Whole(string name)
    {
        const int Count = 500;
        StringBuilder text = new(name.StartsWith("truth", StringComparison.Ordinal) ? "t_mono_ns,vcpu,step,gfn,op\n" : "ts_ns,page\n");
        byte[] packed = new byte[4 * Count];
        byte[] oracle = new byte[24 * Count];
        TableBuilder table = new(TruthTable.Schema);
        for (int i = 0; i < Count; i++)
        {
            int page = i * i % 97;
            text.Append(name.StartsWith("truth", StringComparison.Ordinal) ? $"{1000 + i},0,{i / 100},0x{page:x},{(i % 7 == 0 ? "MR" : "R")}\n" : $"{i},{page}\n");
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(4 * i), page);
            BinaryPrimitives.WriteInt64LittleEndian(oracle.AsSpan((24 * i) + 4), page);
            BinaryPrimitives.WriteInt64LittleEndian(oracle.AsSpan((24 * i) + 16), -1);
            int row = table.AddRow();
            table[TruthTable.Gfn].Set(row, page);
            table[TruthTable.TsNs].Set(row, i);
            table[TruthTable.Op].Set(row, "R");
            table[TruthTable.Step].Set(row, 0);
            table[TruthTable.Vcpu].Set(row, 0);
            table[TruthTable.Write].Set(row, false);
        }
        byte[] plain = Encoding.ASCII.GetBytes(text.ToString());
        switch (name)
        {
            case "list.u32le":
                return packed;
            case "list.oracleGeneral.bin":
                return oracle;
            case "list.csv.gz":
                using (MemoryStream bytes = new())
                {
                    using (GZipStream gzip = new(bytes, CompressionLevel.Optimal))
                    {
                        gzip.Write(plain);
                    }
                    return bytes.ToArray();
                }
            case "list.u32le.zst":
                // A frame of one raw block: magic, descriptor of a single segment with a two-byte size (less 256), block header, content.
                return [0x28, 0xb5, 0x2f, 0xfd, 0x60, (byte)(packed.Length - 256), (byte)((packed.Length - 256) >> 8),
                    (byte)(1 | (packed.Length << 3)), (byte)(packed.Length >> 5), (byte)(packed.Length >> 13), .. packed];
            case "truth.parquet":
                string path = _scratch["whole.parquet"];
                ParquetTables.Write(path, table, ParquetCodec.None);
                byte[] file = File.ReadAllBytes(path);
                File.Delete(path);
                return file;
            default:
                return plain;
        }
    }
}
