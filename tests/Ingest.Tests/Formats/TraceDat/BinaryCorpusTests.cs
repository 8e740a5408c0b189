using System.Text.Json;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>The cases of the formats corpus that are binary: every key that a case lists must be met.</summary>
public sealed class BinaryCorpusTests
{
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
