using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Inputs;

/// <summary>Archives that are cut or damaged: what can be unpacked is read, and the loss is a gap.</summary>
public sealed class DamagedArchiveTests
{
    private const int PerPart = 400;

    [Fact]
    public void Read_DamagedMemberOfGzip_CostsThatMemberOnly()
    {
        for (int damaged = 0; damaged < 4; damaged++)
        {
            List<byte[]> members = [];
            for (int i = 0; i < 4; i++)
            {
                byte[] member = Gzip(Part(i));
                if (i == damaged)
                {
                    member.AsSpan(member.Length / 2, 4).Fill(0xff);
                }
                members.Add(member);
            }
            AssertOthersAreRead(members, damaged);
        }
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("lz4")]
    [InlineData("bzip2")]
    public void Read_DamagedMember_CostsThatMemberOnly(string tool)
    {
        for (int damaged = 0; damaged < 4; damaged++)
        {
            List<byte[]> members = [];
            for (int i = 0; i < 4; i++)
            {
                if (Pack(tool, "-c", Part(i)) is not { } member)
                {
                    return;
                }
                if (i == damaged)
                {
                    member.AsSpan(member.Length / 2, 8).Fill(0xff);
                }
                members.Add(member);
            }
            AssertOthersAreRead(members, damaged);
        }
    }

    [Fact]
    public void Read_XzThatWantsMuchMemory_IsRefused()
    {
        // A dictionary of 512 MiB is asked for by the head of the stream, however short the text is.
        if (Pack("xz", "-c --lzma2=preset=0,dict=512MiB", Part(0)) is { } packed)
        {
            Assert.Equal("no_events", Assert.Throws<SecondLook.Contracts.Diagnostics.InputException>(() => Dumped.Of(packed)).Reason);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("lz4")]
    [InlineData("bzip2")]
    public void Read_ArchiveOfNothing_HoldsNoEvents(string tool)
    {
        if (Pack(tool, "-c", []) is { } packed)
        {
            Assert.Equal("no_events", Assert.Throws<SecondLook.Contracts.Diagnostics.InputException>(() => Dumped.Of(packed)).Reason);
        }
    }

    [Fact]
    public void Read_XzStreamsWithPadding_AreOne()
    {
        if (Pack("xz", "-c", Part(0)) is { } first && Pack("xz", "-c", Part(1)) is { } second)
        {
            Assert.Equal(2 * PerPart, Dumped.Of([.. first, .. new byte[12], .. second, .. new byte[4]]).GetProperty("events").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("lz4")]
    [InlineData("bzip2")]
    public void Read_CutArchive_LeavesAGap(string tool)
    {
        // Enough for several blocks of every tool, so that something comes out of the part that is there.
        StringBuilder text = new();
        for (int i = 0; i < 100; i++)
        {
            text.Append(Encoding.ASCII.GetString(Part(i)));
        }
        if (Pack(tool, tool == "lz4" ? "-cB4" : "-c1", Encoding.ASCII.GetBytes(text.ToString())) is not { } packed)
        {
            return;
        }
        JsonElement dump = Dumped.Of(packed[..(packed.Length * 3 / 4)]);
        Assert.InRange(dump.GetProperty("events").GetArrayLength(), 1, (100 * PerPart) - 1);
        Assert.Equal("truncated_file", Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("cause").GetString());
    }

    [Fact]
    public void Read_LegacyLz4_IsRead()
    {
        if (Pack("lz4", "-lc", Part(0)) is { } packed)
        {
            Assert.Equal(PerPart, Dumped.Of(packed).GetProperty("events").GetArrayLength());
        }
    }

    private static void AssertOthersAreRead(List<byte[]> parts, int damaged)
    {
        JsonElement dump = Dumped.Of([.. parts.SelectMany(p => p)]);
        int[] read = new int[parts.Count];
        foreach (JsonElement e in dump.GetProperty("events").EnumerateArray())
        {
            read[Convert.ToInt32(e.GetProperty("start").GetString(), 16) / 4096 / PerPart]++;
        }
        for (int i = 0; i < parts.Count; i++)
        {
            Assert.True(i == damaged ? read[i] < PerPart : read[i] == PerPart, $"part {i}, damaged {damaged}: {read[i]} of {PerPart}");
        }
        Assert.Contains(dump.GetProperty("gaps").EnumerateArray(), g => g.GetProperty("cause").GetString() == "truncated_file");
    }

    private static byte[] Part(int part)
    {
        StringBuilder text = new();
        for (int i = 0; i < PerPart; i++)
        {
            int page = (part * PerPart) + i;
            text.Append($"         kswapd0-74      [003] d....  {page / 1000,5}.{page % 1000 * 1000 + (page * 7919 % 997):d6}: kvm_age_hva: mmu notifier age hva: 0x{page << 12:x14} -- 0x{(page + 1) << 12:x14}\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
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

    // Null where the tool is not installed.
    private static byte[]? Pack(string tool, string options, byte[] bytes)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(tool, options) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Task feeding = Task.Run(() =>
            {
                using Stream input = process.StandardInput.BaseStream;
                input.Write(bytes);
            });
            using MemoryStream packed = new();
            process.StandardOutput.BaseStream.CopyTo(packed);
            feeding.Wait();
            return packed.ToArray();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
