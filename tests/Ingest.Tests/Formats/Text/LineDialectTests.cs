using System.Text;
using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>Line forms of ftrace beside those of the corpus: consoles, latency format on any clock, output that holds no fields.</summary>
public sealed class LineDialectTests
{
    private const string Age = "kvm_age_hva: mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000";

    [Theory]
    [InlineData("[ 1300.000003] ")]
    [InlineData("<4>[ 1300.000003] ")]
    [InlineData("[ 1300.000003][  T123] ")]
    [InlineData("[ 1300.000003][    C1] ")]
    [InlineData("Nov 20 20:12:13 host kernel: [ 1300.000003] ")]
    [InlineData("2026-11-20T12:00:01,123456+01:00 ")]
    [InlineData("[ 1300.000003 <    0.000001>] ")]
    [InlineData("[Nov20 12:00] ")]
    [InlineData("[  +0.000003] ")]
    [InlineData("[ 1300.000003] host kernel: ")]
    [InlineData("6,100,1300000003,-;")]
    [InlineData("Nov 20 20:12:13 ")]
    [InlineData("trace.txt:")]
    [InlineData("12:")]
    [InlineData("    12\t")]
    public void Read_ConsolePrefix_IsRepaired(string prefix)
    {
        JsonElement dump = Of($"{prefix}         kswapd0-74      [003] d....  1234.567890: {Age}\n         kswapd0-74      [003] d....  1234.567891: {Age}\n");
        Assert.Equal([1234567890000, 1234567891000], Stamps(dump));
        Assert.Equal(1, dump.GetProperty("repairs").GetProperty("dmesg_prefix").GetInt64());
    }

    [Theory]
    [InlineData("2026-11-20T12:00:01,123456+01:00 ")]
    [InlineData("[  +0.000003] ")]
    [InlineData("6,100,1300000003,-;")]
    public void Read_OtherPrefixes_DumpAndMarksOfLossAreReadAllTheSame(string prefix)
    {
        JsonElement dump = Of($"{prefix}Dumping ftrace buffer:\n{prefix} kswapd0-74      3d..1. 1234567890us : {Age}\n{prefix}CPU:3 [LOST 5 EVENTS]\n{prefix} kswapd0-74      3d..1. 1234567891us : {Age}\n");
        Assert.Equal([1234567890000, 1234567891000], Stamps(dump));
        Assert.Equal(5, Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("lost").GetInt32());
    }

    [Fact]
    public void Read_LogOfAConsole_TheTraceMayStandFarBelowTheBootMessages()
    {
        string boot = string.Concat(Enumerable.Range(0, 3000).Select(i => $"[ {i / 100.0:f6}] pci 0000:00:{i:x}.0: [8086:1237] type 00 class 0x060000\n"));
        JsonElement dump = Of($"{boot}[ 1300.000001] Dumping ftrace buffer:\n[ 1300.000003] kswapd0-74      3d..1. 1234567890us : {Age}\n");
        Assert.Equal("ftrace-latency", dump.GetProperty("container").GetString());
        Assert.Equal([1234567890000], Stamps(dump));
    }

    [Theory]
    [InlineData(" 3)               |  /* */")]
    [InlineData(" 3)               |  /*  */")]
    [InlineData(" 3)               |  /* kvm_age_hva: */")]
    [InlineData("|/* */")]
    [InlineData("6,100,1-3 [0")]
    [InlineData("0123456789abcdef 0-3 [")]
    public void Read_StumpsOfOddForms_CostThemselvesOnly(string stump)
    {
        JsonElement dump = Of($"# tracer: function_graph\n         kswapd0-74      [003] d....  1234.567890: {Age}\n{stump}\n         kswapd0-74      [003] d....  1234.567891: {Age}\n{stump}");
        Assert.Equal(2, dump.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public void Read_NothingButNewlines_IsRefusedAtOnce()
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Throws<Contracts.Diagnostics.InputException>(() => Of(new string('\n', 1 << 20)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public void Read_ReportWithDebugging_IsTheSameWithout()
    {
        string[] lines = [
            "            w.sh-309   [000]    15.258052: kvm_age_hva:          mmu notifier age hva: 0x006000001b3000 -- 0x006000001b4000",
            "            w.sh-309   [001]    15.258053: mm_lru_insertion:     folio=0xfffff344c1ff9f80 pfn=0x7fe7e lru=0 flags=Ma bd ",
        ];
        JsonElement plain = Of($"cpus=2\n\n{lines[0]}\n{lines[1]}\n");
        JsonElement debug = Of($"cpus=2\nCPU:0 [SUBBUFFER START] [15258051725:0x1000]\n{lines[0]} [0:0x10:40]\n{lines[1]} [200590:0x3c:40]\n");
        Assert.Equal(2, plain.GetProperty("events").GetArrayLength());
        Assert.Equal(plain.GetProperty("events").GetRawText(), debug.GetProperty("events").GetRawText());
    }

    [Fact]
    public void Read_LineOfAnUnknownFormWithAKnownEvent_IsQuarantinedNotDropped()
    {
        JsonElement dump = Of($"         kswapd0-74      [003] d....  1234.567890: {Age}\n         kswapd0-74      [003] d.... -1234.567890: {Age}\n"
            + "[ 1300.000003] kvm: the kvm_age_hva: hook is slow\n");
        Assert.Single(dump.GetProperty("events").EnumerateArray());
        Assert.Equal("malformed_event", Assert.Single(dump.GetProperty("quarantine").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(" 3)               |  /* {0} */", 3, -1, null, -1)]
    [InlineData(" 1234.567890 |   3)   kswapd0-74   |               |  /* {0} */", 3, 74, "kswapd0", 1234567890000)]
    [InlineData(" 1234.567890 |   3)  CPU 0/K-5003  |  d..1. |               |    /* {0}  */ ", 3, 5003, "CPU 0/K", 1234567890000)]
    public void Read_EventBetweenCallsOfTheGraphTracer_IsRead(string form, int cpu, int tid, string? comm, long ns)
    {
        string line = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Age);
        JsonElement dump = Of($"# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n 3)               |  kvm_mmu_notifier_clear_young() {{\n{line}\n 3)   1.500 us    |  }} /* kvm_mmu_notifier_clear_young */\n");
        JsonElement e = Assert.Single(dump.GetProperty("events").EnumerateArray());
        Assert.Equal("0x7f3a40001000", e.GetProperty("end").GetString());
        Assert.Equal(cpu, e.GetProperty("cpu").GetInt32());
        Assert.Equal(tid, e.TryGetProperty("tid", out JsonElement t) ? t.GetInt32() : -1);
        Assert.Equal(comm, e.TryGetProperty("comm", out JsonElement c) ? c.GetString() : null);
        Assert.Equal(ns, e.TryGetProperty("ts_ns", out JsonElement at) ? at.GetInt64() : -1);
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
    }

    [Fact]
    public void Read_DumpOnOops_IsLatencyFormBehindAPrefix()
    {
        JsonElement dump = Of(
            "[ 1300.000001] Dumping ftrace buffer:\n[ 1300.000002] ---------------------------------\n" +
            $"[ 1300.000003] kswapd0-74      3d..1. 1234567890us : {Age}\n[ 1300.000004] CPU:1 [LOST 5 EVENTS]\n[ 1300.000005][  T12] kswapd0-74      3d..1. 1234567891us+: {Age}\n");
        Assert.Equal("ftrace-latency", dump.GetProperty("container").GetString());
        Assert.Equal([1234567890000, 1234567891000], Stamps(dump));
        JsonElement gap = Assert.Single(dump.GetProperty("gaps").EnumerateArray());
        Assert.Equal((1, 5), (gap.GetProperty("cpu").GetInt32(), gap.GetProperty("lost").GetInt32()));
    }

    [Fact]
    public void Read_LatencyFormatOfACounter_HasRawStamps()
    {
        JsonElement dump = Of($"# tracer: nop\n#\n kswapd0-74       3d..1.    17: {Age}\nCPU 0/KV-5003    11d....     18: {Age}\n");
        Assert.Equal("ftrace-latency", dump.GetProperty("container").GetString());
        Assert.Equal([17, 18], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("ts_raw").GetInt64()));
        Assert.Equal("count", dump.GetProperty("clock").GetProperty("unit").GetString());
    }

    [Theory]
    [InlineData("ftrace_latency_verbose", "         kswapd0     74   3 1 00000000 00000000 [00001234] 12.345ms (+0.001ms): " + Age)]
    [InlineData("ftrace_raw_output", "74 3 1234567890 type: 612")]
    [InlineData("ftrace_raw_output", "0000004a 00000003 0000011f71fb0450 type: 612")]
    public void Read_OutputWithoutFields_IsRefusedWithTheReason(string reason, string line)
    {
        using Scratch scratch = new();
        string file = scratch.Write("trace.txt", Encoding.ASCII.GetBytes($"# tracer: nop\n#\n{line}\n"));
        InputException refused = Assert.Throws<InputException>(() =>
            IngestStage.DumpJson(new IngestRequest { Inputs = [file] }, TextWriter.Null, CancellationToken.None));
        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public void Read_LoneCarriageReturns_EndLines()
    {
        string line = $"         kswapd0-74      [003] d....  1234.567890: {Age}";
        JsonElement all = Of($"{line}\r{line}\r{line}\r");
        Assert.Equal(3, Stamps(all).Length);
        Assert.Equal(3, all.GetProperty("repairs").GetProperty("crlf").GetInt64());
        JsonElement one = Of($"{line}\n 45% done\r{line}\n{line}\n");
        Assert.Equal(3, Stamps(one).Length);
        Assert.Equal(1, one.GetProperty("repairs").GetProperty("crlf").GetInt64());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_Utf16_IsText(bool bigEndian)
    {
        Encoding utf16 = bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode;
        string line = $"         kswapd0-74      [003] d....  1234.567890: {Age}\r\n";
        JsonElement dump = Dumped.Of([.. utf16.GetPreamble(), .. utf16.GetBytes(line + line)]);
        Assert.Equal(2, Stamps(dump).Length);
        Assert.Equal(1, dump.GetProperty("repairs").GetProperty("bom").GetInt64());
    }

    private static JsonElement Of(string text) => Dumped.Of(Encoding.ASCII.GetBytes(text));

    private static long[] Stamps(JsonElement dump) => [.. dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("ts_ns").GetInt64())];
}
