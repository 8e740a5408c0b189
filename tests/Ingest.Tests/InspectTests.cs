using System.Text.Json;
using SecondLook.Ingest.Inspect;

namespace SecondLook.Ingest.Tests;

/// <summary>inspect --json gives the counts that a twin found on the genuine captures (inference.md table 1).</summary>
public sealed class InspectTests
{
    [Theory]
    [InlineData("v1-tdp-mglru-k61-small", "tdp", "p61", new long[] { 2397, 1015, 650, 685, 0, 0, 0, 2920, 0, 2901, 0 })]
    [InlineData("v1-tdp-mglru-k612-small", "tdp", "p612", new long[] { 7993, 1183, 1936, 4568, 0, 0, 0, 4436, 0, 4372, 0 })]
    [InlineData("v1-tdp-mglru-k72-small", "tdp", "p72", new long[] { 9006, 1379, 1846, 5523, 0, 0, 0, 4807, 0, 4743, 0 })]
    [InlineData("v10-thp-khugepaged-k72", "tdp", "p72", new long[] { 20346, 10748, 3473, 31335, 8192, 0, 0, 22780, 0, 22732, 0 })]
    [InlineData("v11-mglru-nowalk-k72", "tdp", "p72", new long[] { 16663, 1541, 286, 14587, 0, 0, 0, 3527, 0, 3476, 0 })]
    [InlineData("v2-tdp-classic-k612-small", "tdp", "classic", new long[] { 4209, 1580, 686, 1760, 0, 0, 0, 4193, 0, 4139, 0 })]
    [InlineData("v9-pressure-classic-k72", "tdp", "classic", new long[] { 38594, 13446, 9460, 14936, 2, 0, 0, 37441, 0, 37282, 0 })]
    [InlineData("v9-pressure-mglru-k72", "tdp", "p72", new long[] { 152877, 13573, 21746, 116231, 0, 1, 1, 49161, 0, 49011, 1 })]
    [InlineData("v12-paced-tdp-mglru-k612", "tdp", "p612", new long[] { 285578, 17054, 85196, 180792, 0, 0, 0, 119840, 0, 119304, 0 })]
    [InlineData("v4-long-k72", "tdp", "p72", new long[] { 528273, 65854, 110119, 350207, 1, 0, 0, 242917, 0, 242642, 0 })]
    [InlineData("v2-tdp-classic-k72-small", "tdp", "classic", new long[] { 4196, 1571, 691, 1752, 0, 0, 0, 4178, 0, 4126, 0 })]
    [InlineData("v5-slots-mmio-k72", "tdp", "p72", new long[] { 11424, 2369, 833, 2742, 4978, 0, 0, 6332, 0, 6215, 0 })]
    public void Run_GenuineTdpCapture_CountsAsTheTwinDid(string capture, string mmu, string profile, long[] expected)
    {
        if (Captures.Folder(capture) is not { } folder)
        {
            return;
        }
        JsonElement facts = Inspect(folder);
        JsonElement answers = facts.GetProperty("answers");
        JsonElement leaf = facts.GetProperty("leaf_events");
        long[] found =
        [
            answers.GetProperty("aging_calls").GetInt64(),
            answers.GetProperty("young_first_after_map").GetInt64(),
            answers.GetProperty("young_again").GetInt64(),
            answers.GetProperty("old").GetInt64(),
            answers.GetProperty("not_mapped").GetInt64(),
            answers.GetProperty("false_young").GetInt64(),
            answers.GetProperty("false_old").GetInt64(),
            leaf.GetProperty("old_follows").GetInt64(),
            leaf.GetProperty("old_differs").GetInt64(),
            leaf.GetProperty("a_bit_right").GetInt64(),
            leaf.GetProperty("a_bit_wrong").GetInt64(),
        ];
        Assert.Equal(expected, found);
        Assert.Equal(mmu, facts.GetProperty("mmu").GetString());
        Assert.Equal(profile, facts.GetProperty("profile").GetString());
    }

    [Fact]
    public void Run_LossyCapture_KeepsOnlyWhatNoGapMakesUncertain()
    {
        // 134 old answers hold, 254 do not (inference.md section 5, marked-gap rule); no young answer is lost.
        if (Captures.Folder("v6-lost-k61") is not { } folder)
        {
            return;
        }
        JsonElement facts = Inspect(folder);
        JsonElement answers = facts.GetProperty("answers");
        Assert.Equal(134, answers.GetProperty("old").GetInt64());
        Assert.Equal(254, answers.GetProperty("unknown").GetInt64());
        Assert.Equal(580, answers.GetProperty("young_again").GetInt64());
        Assert.Equal(0, answers.GetProperty("false_young").GetInt64());
        Assert.Equal(0, answers.GetProperty("false_old").GetInt64());
        Assert.Equal(1611, facts.GetProperty("lost").GetProperty("events").GetInt64());
        Assert.Equal(8, facts.GetProperty("lost").GetProperty("marks").GetInt64());
    }

    [Theory]
    [InlineData("v3-shadow-mglru-k612-small", "shadow")]
    [InlineData("v8-arm64-k72", "stage2")]
    public void Run_MmuThatAgesSilently_ClaimsNoAnswer(string capture, string mmu)
    {
        if (Captures.Folder(capture) is not { } folder)
        {
            return;
        }
        JsonElement facts = Inspect(folder);
        Assert.Equal(mmu, facts.GetProperty("mmu").GetString());
        Assert.Equal(0, facts.GetProperty("answers").GetProperty("old").GetInt64());
        Assert.False(facts.GetProperty("answers").TryGetProperty("false_old", out _));
        Assert.Equal(JsonValueKind.Null, facts.GetProperty("coverage").ValueKind);
    }

    private static JsonElement Inspect(string folder)
    {
        using StringWriter output = new();
        InspectStage.Run(new IngestRequest { Inputs = [folder] }, true, output, CancellationToken.None);
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        return document.RootElement.GetProperty("captures")[0].Clone();
    }

    [Fact]
    public void Run_DeclaredSampling_IsToldByInspect()
    {
        using Scratch scratch = new();
        string trace = scratch.Write("trace.txt",
            "         kswapd0-74      [000] .....     1.000000: kvm_age_hva: mmu notifier age hva: 0x00600000010000 -- 0x00600000011000\n");
        IngestRequest request = new() { Inputs = [trace], Options = new Dictionary<string, string> { ["sampled_pages"] = "16" } };
        IngestStage.Run(request, scratch["dataset"], CancellationToken.None);
        Assert.Contains("\"sampled_pages\": 16", File.ReadAllText(Path.Combine(scratch["dataset"], "diagnostics.json")), StringComparison.Ordinal);
    }
}
