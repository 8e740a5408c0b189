using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>Field lists of perf script, each as perf 6.1 prints it.</summary>
public sealed class PerfScriptFormTests
{
    private const string Message = "kvmmmu:kvm_tdp_mmu_spte_changed: as id 0 gfn 4015e level 1 old_spte 0 new_spte 27183e67";

    [Theory]
    [InlineData("      kvmt-vcpu0   284 [000]     8.353460:                " + Message, "kvmt-vcpu0", 284, -1, 0, true)]
    [InlineData("kvmt-vcp   284   0     8.353460:                " + Message, "kvmt-vcp", 284, -1, 0, true)]
    [InlineData("      kvmt-vcpu0   282/284   [000]     8.353460:                " + Message, "kvmt-vcpu0", 284, 282, 0, true)]
    [InlineData("      kvmt-vcpu0   284 [000] K         8.353460:          1                kvmmmu:kvm_tdp_mmu_spte_changed:                         as id 0 gfn 4015e level 1 old_spte 0 new_spte 27183e67", "kvmt-vcpu0", 284, -1, 0, true)]
    [InlineData("      kvmt-vcpu0   284 [000]     8.353460:                " + Message + " ffffffffc067d486 [unknown]", "kvmt-vcpu0", 284, -1, 0, true)]
    [InlineData("      kvmt-vcpu0   284 [000]     8.353460:                " + Message + " ffffffffc067d486 tdp_mmu_map_handle+0x12 ([kvm])", "kvmt-vcpu0", 284, -1, 0, true)]
    [InlineData("      kvmt-vcpu0   284 [000]     8.353460:                " + Message + " /user.slice/vm", "kvmt-vcpu0", 284, -1, 0, true)]
    [InlineData("      kvmt-vcpu0   284 [000] 2026-11-20 12:00:00.123456     8.353460:                " + Message, "kvmt-vcpu0", 284, -1, 0, true)]
    [InlineData("      kvmt-vcpu0                " + Message, null, -1, -1, -1, false)]
    [InlineData("      kvmt-vcpu0          1                " + Message, null, -1, -1, -1, false)]
    [InlineData("     8.353460:          1                " + Message, null, -1, -1, -1, true)]
    [InlineData("  284                " + Message, null, 284, -1, -1, false)]
    [InlineData("4194304                " + Message, null, 4194304, -1, -1, false)]
    [InlineData("      kvmt-vcpu0     8.353460:                " + Message, null, -1, -1, -1, true)]
    [InlineData("  284     8.353460:                " + Message, null, 284, -1, -1, true)]
    [InlineData("  282/284       8.353460:                " + Message, null, 284, 282, -1, true)]
    [InlineData("[000]                " + Message, null, -1, -1, 0, false)]
    [InlineData("         1                " + Message, null, -1, -1, -1, false)]
    public void Read_FieldList_FindsEveryColumn(string line, string? comm, int tid, int tgid, int cpu, bool hasTime)
    {
        // The line before it makes sure that a line without a name is not taken for a frame of a call chain.
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"{line}\n{line}\n"));
        Assert.Equal("perf-script", dump.GetProperty("container").GetString());
        Assert.Equal(2, dump.GetProperty("events").GetArrayLength());
        JsonElement e = dump.GetProperty("events")[1];
        Assert.Equal("0x4015e", e.GetProperty("gfn").GetString());
        Assert.Equal(comm, e.TryGetProperty("comm", out JsonElement name) ? name.GetString() : null);
        Assert.Equal(tid, Number(e, "tid"));
        Assert.Equal(tgid, Number(e, "tgid"));
        Assert.Equal(cpu, Number(e, "cpu"));
        Assert.Equal(hasTime ? 8353460000 : -1, Number(e, "ts_ns"));
    }

    [Theory]
    [InlineData("kvmmmu:kvm_mmu_spte_requested: gfn 100 pfn 480e0 level 1 access f")]
    [InlineData("vmscan:mm_vmscan_write_folio: page=0x480d1 pfn=0x480d1 flags=RECLAIM_WB_ANON|RECLAIM_WB_ASYNC")]
    [InlineData("vmscan:mm_vmscan_lru_isolate: classzone=4 order=0 nr_requested=400 nr_scanned=64 nr_skipped=0 nr_taken=64 lru=inactive_anon")]
    [InlineData("kvm:kvm_age_page: hva 7f3a40001000 gfn 40001 level 1 YOUNG")]
    public void Read_AddressBehindAMessageThatEndsInAWord_IsNoPartOfIt(string message)
    {
        JsonElement plain = Dumped.Of(Encoding.ASCII.GetBytes($"      kvmt-vcpu0   284 [000]     8.353460: {message}\n"));
        JsonElement with = Dumped.Of(Encoding.ASCII.GetBytes($"      kvmt-vcpu0   284 [000]     8.353460: {message} ffffffffc0465fb4\n"));
        Assert.Single(plain.GetProperty("events").EnumerateArray());
        Assert.Equal(plain.GetProperty("events").GetRawText(), with.GetProperty("events").GetRawText());
    }

    [Fact]
    public void Read_LastNumberOfAMessage_IsNoAddress()
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            "      kvmt-vcpu0   284 [000]     8.353460: kvmmmu:kvm_tdp_mmu_spte_changed: as id 0 gfn 4015e level 1 old_spte 0 new_spte ffff000027183e67\n"));
        Assert.Equal("0xffff000027183e67", dump.GetProperty("events")[0].GetProperty("new_spte").GetString());
    }

    [Theory]
    [InlineData("Processed 12345 events and lost 3 chunks!")]
    [InlineData("Processed 12345 samples and lost 3.45%!")]
    public void Read_WarningOfLossAmongTheLines_IsAGapOfUnknownSize(string warning)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"Warning:\n{warning}\n\n      kvmt-vcpu0   284 [000]     8.353460:                {Message}\n"));
        Assert.Equal(JsonValueKind.Null, Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("lost").ValueKind);
    }

    [Fact]
    public void Read_LossAsTheDumpOfRecordsPrintsIt_IsAGap()
    {
        string line = "      kvmt-vcpu0   284 [000]     8.353460:                " + Message + "\n";
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"{line}0x1234 [0x20]: PERF_RECORD_LOST lost 17\n{line}"));
        Assert.Equal(17, Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("lost").GetInt64());
    }

    [Theory]
    [InlineData("# clockid: monotonic (1)", "mono")]
    [InlineData("# event : name = kvm:kvm_age_hva, , id = { 11 }, type = 2, exclude_guest = 1, use_clockid = 1, clockid = 7", "boot")]
    [InlineData("# event : name = kvm:kvm_age_hva, , id = { 11 }, type = 2, exclude_guest = 1", "local")]
    public void Read_Header_NamesTheClock(string header, string clock)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes($"# ========\n{header}\n# ========\n#\n      kvmt-vcpu0   284 [000]     8.353460: {Message}\n"));
        Assert.Equal(clock, dump.GetProperty("clock").GetProperty("name").GetString());
    }

    [Fact]
    public void Read_CallChains_TellTheHookWhereAsked()
    {
        const string Age = "kvm:kvm_age_hva: mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000";
        byte[] text = Encoding.ASCII.GetBytes(
            $"kswapd0    74 [003]  1234.567890: {Age}\n\tffffffffc0a1b2c3 kvm_mmu_notifier_clear_flush_young+0x23 ([kvm])\n\tffffffff81234567 folio_referenced_one+0x57 ([kernel.kallsyms])\n\n" +
            $"kswapd0    74 [003]  1234.567891: {Age}\n        ffffffffc0a1b2c3 kvm_mmu_notifier_clear_young+0x23 ([kvm])\n\n");
        using Scratch scratch = new();
        string file = scratch.Write("perf.txt", text);
        using StringWriter output = new();
        IngestStage.DumpJson(new IngestRequest { Inputs = [file], Options = new Dictionary<string, string> { ["stacks"] = "true" } }, output, CancellationToken.None);
        using JsonDocument dump = JsonDocument.Parse(output.ToString());
        Assert.Equal([true, false], dump.RootElement.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("flush").GetBoolean()));
    }

    [Fact]
    public void Read_LostSamples_AreAGap()
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(
            $"      kvmt-vcpu0   284 [000]     8.353460: {Message}\n      kvmt-vcpu0   284 [000]     8.353461: PERF_RECORD_LOST_SAMPLES\n      kvmt-vcpu0   284 [000]     8.353462: PERF_RECORD_LOST lost 12\n"));
        Assert.Equal([-1, 12], dump.GetProperty("gaps").EnumerateArray().Select(g => Number(g, "lost")));
    }

    private static long Number(JsonElement e, string name) =>
        e.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : -1;
}
