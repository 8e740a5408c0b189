using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>Clocks of trace text: which one it is, steps, cycles.</summary>
public sealed class ClockTests
{
    private const string Names = "local global counter uptime perf [mono] mono_raw boot tai x86-tsc";

    [Theory]
    [InlineData("")]
    [InlineData("# ")]
    [InlineData("trace_clock: ")]
    [InlineData("# trace_clock: ")]
    public void Read_LineWithTheClock_IsHonoured(string title) =>
        Assert.Equal("mono", Of($"{title}{Names}\n# tracer: nop\n#\n" + Rows((0, "1.000000"))).GetProperty("clock").GetProperty("name").GetString());

    [Fact]
    public void Read_StepsBack_CountAgainstTheEventBeforeOnTheCpu()
    {
        // 1 us is tolerated however often; a clock that is set back is so for all CPUs at once.
        JsonElement dump = Of(Rows((0, "100.000000"), (1, "100.000000"), (0, "99.999999"), (0, "99.999998"), (0, "99.999996"), (1, "99.999997"), (0, "99.999997"), (0, "50.000000")));
        Assert.Equal(2, dump.GetProperty("repairs").GetProperty("clock_backward").GetInt32());
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 2], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("clock_epoch").GetInt32()));
    }

    [Fact]
    public void Read_StepsForward_CountOverAnHourOnOneCpu()
    {
        JsonElement dump = Of(Rows((0, "1.000000"), (1, "99999.000000"), (0, "3601.000000"), (0, "7201.000001"), (2, "18446744073.709551"), (2, "18446744073.709552")));
        Assert.Equal(2, dump.GetProperty("repairs").GetProperty("clock_forward").GetInt32());
    }

    [Fact]
    public void Read_CountOf64Bits_IsKept() =>
        Assert.Equal(
            "18446744073709551615",
            Assert.Single(Of(Rows((0, "18446744073709551615"))).GetProperty("events").EnumerateArray()).GetProperty("ts_raw").GetString());

    [Fact]
    public void Read_CyclesWithTheirRate_AreNsBesideTheCycles()
    {
        using Scratch scratch = new();
        string file = scratch.Write("trace.txt", Encoding.ASCII.GetBytes(Rows((0, "987654321013122"))));
        JsonElement e = Assert.Single(Dumped.Of(new Dictionary<string, string> { ["tsc_hz"] = "2000000000" }, file).GetProperty("events").EnumerateArray());
        Assert.Equal((493827160506561, 987654321013122), (e.GetProperty("ts_ns").GetInt64(), e.GetProperty("ts_raw").GetInt64()));
    }

    private static string Rows(params (int Cpu, string Stamp)[] rows) =>
        string.Concat(rows.Select(r => $"         kswapd0-74      [{r.Cpu:d3}] ...1. {r.Stamp,12}: kvm_test_age_hva: mmu notifier test age hva: 0x007f3a40000000\n"));

    private static JsonElement Of(string text) => Dumped.Of(Encoding.ASCII.GetBytes(text));
}
