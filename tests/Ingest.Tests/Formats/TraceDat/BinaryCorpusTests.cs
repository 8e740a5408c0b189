using System.Text.Json;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>The cases of the formats corpus that are binary: every key that a case lists must be met.</summary>
public sealed class BinaryCorpusTests
{
    [Fact]
    public void Dump_Version7WithoutItsOptions_IsRefusedUnlessSalvaged()
    {
        if (Captures.Case("tracedat-v7-zlib") is not { } folder)
        {
            return;
        }
        byte[] whole = File.ReadAllBytes(Path.Combine(folder, "input.dat"));
        int options = (int)BitConverter.ToInt64(whole, whole.AsSpan().IndexOf("zlib\0"u8) + 5 + whole.AsSpan(whole.AsSpan().IndexOf("zlib\0"u8) + 5).IndexOf((byte)0) + 1);
        byte[] cut = whole[..options];
        Assert.Equal("options_missing", Assert.Throws<SecondLook.Contracts.Diagnostics.InputException>(() => Dumped.Of(cut)).Reason);
        using Scratch scratch = new();
        JsonElement salvaged = Dumped.Of(new Dictionary<string, string> { ["salvage"] = "true" }, scratch.Write("input.dat", cut));
        Assert.NotEmpty(salvaged.GetProperty("events").EnumerateArray());
        Assert.Contains(salvaged.GetProperty("gaps").EnumerateArray(), g => g.GetProperty("cause").GetString() == "damaged_page");
    }

    [Theory]
    [InlineData("tracedat-v6")]
    [InlineData("tracedat-v6-bigendian")]
    [InlineData("tracedat-v7-instances")]
    [InlineData("tracedat-v7-zlib")]
    [InlineData("tracedat-v7-zstd")]
    [InlineData("tracedat-truncated")]
    [InlineData("tracedat-host-guest")]
    [InlineData("perf-data")]
    [InlineData("perfetto-ftrace")]
    public void DumpJson_CorpusCase_IsAsExpected(string name)
    {
        if (Captures.Case(name) is not { } folder || (name.EndsWith("zstd", StringComparison.Ordinal) && !SecondLook.Parquet.ParquetCodecs.ZstdAvailable))
        {
            return;
        }
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        JsonElement expected = document.RootElement;
        JsonElement dump = Dumped.Of([.. Directory.GetFiles(folder, "input.*").Order(StringComparer.Ordinal)]);
        Assert.Equal(expected.GetProperty("container").GetString(), dump.GetProperty("container").GetString());
        foreach (string table in (string[])["events", "gaps", "quarantine"])
        {
            JsonElement[] wanted = [.. expected.GetProperty(table).EnumerateArray()];
            JsonElement[] found = [.. dump.GetProperty(table).EnumerateArray()];
            Assert.Equal(wanted.Length, found.Length);
            for (int i = 0; i < wanted.Length; i++)
            {
                foreach (JsonProperty property in wanted[i].EnumerateObject())
                {
                    Assert.True(found[i].TryGetProperty(property.Name, out JsonElement value), $"{table}[{i}].{property.Name} is missing");
                    Assert.Equal(property.Value.GetRawText(), value.GetRawText());
                }
            }
        }
    }
}
