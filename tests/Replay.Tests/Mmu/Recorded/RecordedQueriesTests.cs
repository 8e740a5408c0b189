using System.Text;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>The genuine captures, held against the model query by query; the result is a section of docs/validation.md.</summary>
public class RecordedQueriesTests
{
    private const string Begin = "<!-- recorded queries: begin, written by RecordedQueriesTests -->";
    private const string End = "<!-- recorded queries: end -->";

    private static readonly (string Name, bool Arm64, bool Tdp, bool HardwareAf)[] Captures =
    [
        ("v1-tdp-mglru-k61-small", false, true, true),
        ("v1-tdp-mglru-k612-small", false, true, true),
        ("v1-tdp-mglru-k72-small", false, true, true),
        ("v10-thp-khugepaged-k72", false, true, true),
        ("v11-mglru-nowalk-k72", false, true, true),
        ("v12-paced-tdp-mglru-k612", false, true, true),
        ("v2-tdp-classic-k612-small", false, true, true),
        ("v2-tdp-classic-k72-small", false, true, true),
        ("v4-long-k72", false, true, true),
        ("v5-slots-mmio-k72", false, true, true),
        ("v9-pressure-classic-k72", false, true, true),
        ("v9-pressure-mglru-k72", false, true, true),
        ("v3-shadow-mglru-k612-small", false, false, true),
        ("v3-shadow-mglru-k72-small", false, false, true),
        ("v5-slots-mmio-shadow-k612", false, false, true),
        ("v8-arm64-k72", true, false, true),
        ("v8-arm64-noaf-k72", true, false, false),
    ];

    /// <summary>Answers on data pages by table 1 of the inference specification: aging calls, young first, young again, old, not mapped.</summary>
    private static readonly Dictionary<string, string> Table1 = new(StringComparer.Ordinal)
    {
        ["v1-tdp-mglru-k61-small"] = "2397 | 1015 / 650 / 685 / 0",
        ["v1-tdp-mglru-k612-small"] = "7993 | 1183 / 1936 / 4568 / 0",
        ["v1-tdp-mglru-k72-small"] = "9006 | 1379 / 1846 / 5523 / 0",
        ["v10-thp-khugepaged-k72"] = "20346 | 10748 / 3473 / 31335 / 8192",
        ["v11-mglru-nowalk-k72"] = "16663 | 1541 / 286 / 14587 / 0",
        ["v12-paced-tdp-mglru-k612"] = "285578 | 17054 / 85196 / 180792 / 0",
        ["v2-tdp-classic-k612-small"] = "4209 | 1580 / 686 / 1760 / 0",
        ["v2-tdp-classic-k72-small"] = "4196 | 1571 / 691 / 1752 / 0",
        ["v4-long-k72"] = "528273 | 65854 / 110119 / 350207 / 1",
        ["v5-slots-mmio-k72"] = "11424 | 2369 / 833 / 2742 / 4978",
        ["v9-pressure-classic-k72"] = "38594 | 13446 / 9460 / 14936 / 2",
        ["v9-pressure-mglru-k72"] = "152877 | 13573 / 21746 / 116231 / 0",
    };

    [Fact]
    public void GenuineCaptures_EveryRecordedQuery_IsReproducedOrClassed()
    {
        var results = new List<ExplainedCapture>();
        var different = new List<string>();
        foreach ((string name, bool arm64, bool tdp, bool hardwareAf) in Captures)
        {
            if (SharedFolder.Find($"traces/{name}") is not { } folder || RecordedCapture.Read(folder) is not { } capture)
            {
                continue;
            }
            ExplainedCapture result = tdp ? new TdpExplainer(capture).Run() : new FaultExplainer(capture, arm64, hardwareAf).Run();
            foreach (Explained kind in ExplainedCapture.Contradictions)
            {
                Assert.True(result[kind] == 0, $"{name}: {kind} {result[kind]}\n{string.Join('\n', result.Examples)}");
            }
            if (Table1.TryGetValue(name, out string? expected))
            {
                if (expected != Answers(result))
                {
                    different.Add($"{name}: {Answers(result)}, expected {expected}");
                }
            }
            results.Add(result);
        }
        Assert.Equal([], different);
        if (results.Count == Captures.Length)
        {
            CompareWithPage(Section(results));
        }
    }

    private static string Answers(ExplainedCapture r) => $"{r.AgingCalls} | {r.YoungFirst} / {r.YoungAgain} / {r.Old} / {r.NotMapped}";

    private static string Section(List<ExplainedCapture> results)
    {
        var page = new StringBuilder();
        page.Append(Begin).Append("\n## Recorded queries against the model\n\n");
        page.Append("Every genuine capture is replayed through the MMU model: true accesses set bits, recorded maps and unmaps change tables, and each recorded\n");
        page.Append("question is asked at its place. *Same*: model and kernel agree. *Slack*: they differ, and an access is stamped within 0.5 ms of the call or of the\n");
        page.Append("clear before it. *No truth*: a page of a control slot, whose accesses nobody recorded. *Contradicted* classes are empty, or the test fails.\n\n");
        page.Append("| TDP capture | aging calls, answers on data pages: young first / again / old / not mapped | answers same / slack / no truth / contradicted |");
        page.Append(" old values follow / differ | accessed bit at zap same / slack / no truth / contradicted | unmaps complete / left leafs |\n|---|---|---|---|---|---|\n");
        foreach (ExplainedCapture r in results.Where(r => r[Explained.OldValueFollows] > 0))
        {
            page.Append($"| {r.Name} | {Answers(r).Replace(" | ", ": ", StringComparison.Ordinal)}");
            page.Append($" | {Row(r, Explained.AnswerSame, Explained.AnswerWithinSlack, Explained.AnswerWithoutTruth, Explained.AnswerContradicted)}");
            page.Append($" | {Row(r, Explained.OldValueFollows, Explained.OldValueDiffers)}");
            page.Append($" | {Row(r, Explained.ZapBitSame, Explained.ZapBitWithinSlack, Explained.ZapBitWithoutTruth, Explained.ZapBitContradicted)}");
            page.Append($" | {Row(r, Explained.UnmapComplete, Explained.UnmapLeftLeafs)} |\n");
        }
        page.Append("\n| capture | faults mapped / fixed without a lock, or access flag set / spurious / MMIO / repeated / mapped by another vCPU / unexplained |");
        page.Append(" maps by fault / merge / prefetch / unexplained | true accesses to mapped pages / with their fault / stamp off by up to 2 ms / unexplained |");
        page.Append(" memslot changes / unexplained | MMIO entries as modelled / contradicted |\n|---|---|---|---|---|---|\n");
        foreach (ExplainedCapture r in results)
        {
            page.Append($"| {r.Name}");
            page.Append($" | {Row(r, Explained.FaultMapped, Explained.FaultFastFixed, Explained.FaultSpurious, Explained.FaultMmio, Explained.FaultRepeated, Explained.FaultMappedByOther, Explained.FaultUnexplained)}");
            page.Append($" | {Row(r, Explained.MapByFault, Explained.MapByMerge, Explained.MapByPrefetch, Explained.MapWithoutFault)}");
            page.Append($" | {Row(r, Explained.TouchOfMapped, Explained.TouchWithFault, Explained.TouchStampOff, Explained.TouchUnexplained)}");
            page.Append($" | {Row(r, Explained.SlotChange, Explained.SlotChangeUnexplained)} | {Row(r, Explained.MmioAsModelled, Explained.MmioContradicted)} |\n");
        }
        return page.Append(End).Append('\n').ToString();
    }

    private static string Row(ExplainedCapture r, params Explained[] kinds) => string.Join(" / ", kinds.Select(k => r[k]));

    private static void CompareWithPage(string section)
    {
        string path = SharedFolder.InRepository("docs/validation.md");
        string page = File.Exists(path) ? File.ReadAllText(path) : "# Validation\n\nNumbers of the model beside what was measured or published; every table is written by a test.\n\n";
        int begin = page.IndexOf(Begin, StringComparison.Ordinal);
        int end = page.IndexOf(End, StringComparison.Ordinal);
        string now = begin < 0 ? page.TrimEnd('\n') + "\n\n" + section : page[..begin] + section.TrimEnd('\n') + page[(end + End.Length)..];
        if (Environment.GetEnvironmentVariable("SECONDLOOK_ACCEPT") == "1")
        {
            File.WriteAllText(path, now);
        }
        Assert.True(now == (File.Exists(path) ? File.ReadAllText(path) : ""), "docs/validation.md differs; SECONDLOOK_ACCEPT=1 dotnet test accepts it");
    }
}
