using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>Text in which lines of several kinds stand: prefixes and losses, outputs of two tools, mails, HTML.</summary>
public sealed class MixedTextTests
{
    private const string Age = "mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000";

    [Fact]
    public void Read_ReportWithPrefixes_LineBehindALossHasNone()
    {
        // As trace-cmd 3.1.6 prints it: the prefix stands once before the mark and the event.
        string row = "         kswapd0-74    [003]  1234.56790{0}: kvm_age_hva:          " + Age + "\n";
        JsonElement dump = Of(
            "  host.dat: cpus=4\nguest1.dat: cpus=4\n  host.dat: " + row.Replace("{0}", "0", StringComparison.Ordinal)
            + "guest1.dat: " + row.Replace("{0}", "1", StringComparison.Ordinal)
            + "  host.dat: CPU:3 [37 EVENTS DROPPED]\n" + row.Replace("{0}", "2", StringComparison.Ordinal)
            + "guest1.dat: " + row.Replace("{0}", "3", StringComparison.Ordinal));
        Assert.Equal(["host.dat", "guest1.dat", "host.dat", "guest1.dat"], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("stream").GetString()));
        Assert.All(dump.GetProperty("events").EnumerateArray(), e => Assert.Equal("kswapd0", e.GetProperty("comm").GetString()));
        Assert.Equal(37, Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("lost").GetInt32());
    }

    [Fact]
    public void Read_LatencyReportWithInstances_KeepsTheirNames()
    {
        // As trace-cmd report -l prints it: lines of the top buffer have blanks for the prefix.
        JsonElement dump = Of(
            $"cpus=4\n          kswapd0-74      3.....  1.000001: kvm_age_hva:          {Age}\nreclaim: CPU 0/KV-5003    1.....  1.000002: kvm_age_hva:          {Age}\n"
            + $"reclaim:  kswapd0-74      3.....  1.000003: kvm_age_hva:          {Age}\n");
        Assert.Equal(["", "reclaim", "reclaim"], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("stream").GetString()));
        Assert.Equal(["kswapd0", "CPU 0/KV", "kswapd0"], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("comm").GetString()));
    }

    [Fact]
    public void Read_PerfScriptWithAddresses_LeavesThemOut()
    {
        JsonElement dump = Of(
            $"         kswapd0    74 [003]  1.000000:                 kvm:kvm_age_hva: {Age} ffffffff81000000\n"
            + "         kswapd0    74 [003]  1.000001: kvmmmu:kvm_tdp_mmu_spte_changed: as id 0 gfn 40000 level 1 old_spte 0 new_spte ffffffff81000000\n");
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        Assert.Equal("0xffffffff81000000", dump.GetProperty("events")[1].GetProperty("new_spte").GetString());
    }

    [Theory]
    [InlineData("Nov 20 12:00:01 host1 kernel: ")]
    [InlineData("2026-11-20T12:00:01.123456+00:00 host1 kernel: ")]
    [InlineData("[Fri Nov 20 12:00:01 2026] ")]
    public void Read_JournalLines_AreLogOrEvents(string prefix)
    {
        string row = $"         kswapd0-74      [003] ...1.  1.000000: kvm_age_hva: {Age}\n";
        JsonElement dump = Of(row + prefix + "kvm: vcpu0, guest rIP: 0x1 unhandled rdmsr: 0x1c9\n" + prefix + row + "Nov 20 12:00:01 host1 systemd[1]: x: y\n");
        Assert.Equal("ftrace-text", dump.GetProperty("container").GetString());
        Assert.Equal([1, 3], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("line").GetInt32()));
        Assert.Equal(1, dump.GetProperty("repairs").GetProperty("dmesg_prefix").GetInt32());
        Assert.Equal(1, dump.GetProperty("identity").GetArrayLength());
        Assert.Equal(0, dump.GetProperty("counters").GetProperty("other_events").GetInt32());
    }

    [Fact]
    public void Read_FilesWithAMarkEach_AreTwoCaptures()
    {
        string part = $"\uFEFF# tracer: nop\n#\n         kswapd0-74      [003] ...1.  1.000000: kvm_age_hva: {Age}\n";
        JsonElement dump = Dumped.Of(Encoding.UTF8.GetBytes(part + part));
        Assert.Equal(2, dump.GetProperty("repairs").GetProperty("bom").GetInt32());
        Assert.Equal("new_capture", Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("cause").GetString());
    }

    [Fact]
    public void Read_NameThatIsNoUtf8_CountsOnEachLine()
    {
        byte[] row = [.. "           vm"u8, 0xff, .. Encoding.ASCII.GetBytes($"1-74      [003] ...1.  1.000000: kvm_age_hva: {Age}\n")];
        JsonElement dump = Dumped.Of([.. row, .. row, .. row]);
        Assert.Equal(3, dump.GetProperty("repairs").GetProperty("invalid_utf8").GetInt32());
    }

    [Fact]
    public void Read_LossThatCannotBeCounted_IsAGapStill()
    {
        JsonElement dump = Of($"         kswapd0-74      [003] ...1.  1.000000: kvm_age_hva: {Age}\nCPU:3 [LOST 18446744073709551615 EVENTS]\n CPU:2 [LOST 4 EVENTS]\n");
        Assert.Equal(["", "4"], dump.GetProperty("gaps").EnumerateArray().Select(g => g.GetProperty("lost").ToString()));
    }

    [Fact]
    public void Read_PerfScriptThenReport_BothAreRead()
    {
        JsonElement dump = Of(
            $"         kswapd0    74 [003]  1.000000: kvm:kvm_age_hva: {Age}\n         kswapd0    74 [003]  2.000000: kvm:kvm_age_hva: {Age}\n"
            + $"         kswapd0-74    [003]     3.000000: kvm_age_hva:          {Age}\nCPU:3 [5 EVENTS DROPPED]\n         kswapd0-74    [003]     4.000000: kvm_age_hva:          {Age}\n");
        Assert.Equal("mixed", dump.GetProperty("container").GetString());
        Assert.Equal(4, dump.GetProperty("events").GetArrayLength());
        Assert.Equal(1, dump.GetProperty("gaps").GetArrayLength());
    }

    [Fact]
    public void Read_TwiceInOneToolAndOnceInTheOther_IsTwoCalls()
    {
        const string Report = "         kswapd0-74    [003]     2.000001: kvm_age_hva:          " + Age + "\n";
        JsonElement dump = Of("cpus=4\n" + Report + Report + $"         kswapd0    74 [003]     2.000000123: kvm:kvm_age_hva: {Age}\n", ("dedupe", "true"));
        Assert.Equal(2, dump.GetProperty("events").GetArrayLength());
        Assert.Equal(1, dump.GetProperty("repairs").GetProperty("duplicate_dropped").GetInt32());
    }

    [Fact]
    public void Read_Mail_JoinsOnlyWhatIsNotWhole()
    {
        JsonElement dump = Of(
            $"> kswapd0-74 [003] ...1. 1.000001: kvm_age_hva: {Age}\nThis is where it stopped.\n> CPU:3 [LOST 7 EVENTS]\n"
            + "> kswapd0-74 [003] ...1. 1.000002: kvm_age_hva: mmu\n> notifier age hva: 0x007f3a40000000 --\n> 0x007f3a40001000\n"
            + "> kswapd0-74 [003] ...1. 1.000003: kvm_age_hva: mmu\n> something else\n\nBye\n", ("mail", "true"));
        Assert.Equal([1, 4], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("line").GetInt32()));
        Assert.Equal([7, 8], dump.GetProperty("quarantine").EnumerateArray().Select(q => q.GetProperty("line").GetInt32()));
        Assert.Equal(7, Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("lost").GetInt32());
        Assert.Equal((2, 4), (dump.GetProperty("repairs").GetProperty("joined_wrapped").GetInt32(), dump.GetProperty("repairs").GetProperty("mail_quote").GetInt32()));
    }

    [Theory]
    [InlineData("> ")]
    [InlineData(">> ")]
    [InlineData("> > ")]
    public void Read_QuotedLinesAlone_AreATrace(string quote)
    {
        const string Row = "         kswapd0-74      [003] ...1.  1.000000: kvm_age_hva: ";
        string mail = $"{quote}{Row}mmu\n{quote}notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000\n{quote}{Row}{Age}\n";
        JsonElement plain = Of(mail);
        Assert.Equal([1, 3], plain.GetProperty("quarantine").EnumerateArray().Select(q => q.GetProperty("line").GetInt32()));
        JsonElement undone = Of(mail, ("mail", "true"));
        Assert.Equal(2, undone.GetProperty("events").GetArrayLength());
        Assert.Equal((1, 3), (undone.GetProperty("repairs").GetProperty("joined_wrapped").GetInt32(), undone.GetProperty("repairs").GetProperty("mail_quote").GetInt32()));
    }

    [Fact]
    public void Read_ReportOfFilesWithInstances_IsAStreamEach()
    {
        JsonElement dump = Of(
            $"cpus=4\n host.dat: inst:          kswapd0-74    [003]  1.000001: kvm_age_hva:          {Age}\n"
            + "guest.dat:                   init-1     [000]  1.000002: mm_lru_activate:      folio=0x1 pfn=0x440\n"
            + $" host.dat:                kswapd0-74    [003]  1.000003: kvm_age_hva:          {Age}\n");
        Assert.Equal(["host.dat: inst", "guest.dat", "host.dat"], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("stream").GetString()));
    }

    [Fact]
    public void Read_BabeltraceScheduler_NamesThreads()
    {
        JsonElement dump = Of(
            "[12:34:56.1] (+?.?) host1 sched_process_fork: { cpu_id = 3 }, { tid = 5000, procname = \"qemu-system-x86\" }, { parent_comm = \"qemu-system-x86\", "
            + "parent_tid = 5000, parent_pid = 5000, child_comm = \"CPU 0/KVM\", child_tid = 5003, _vtids_length = 2, vtids = [ [0] = 5003, [1] = 7 ], child_pid = 5000 }\n"
            + "[12:34:56.2] (+0.1) host1 mm_vmscan_kswapd_wake: { cpu_id = 3 }, { tid = 74, procname = \"kswapd0\" }, { nid = 0, order = 2 }\n");
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        JsonElement task = Assert.Single(dump.GetProperty("identity").EnumerateArray(), t => t.GetProperty("tid").GetInt32() == 5003);
        Assert.Equal(("CPU 0/KVM", "vcpu"), (task.GetProperty("comm").GetString(), task.GetProperty("role").GetString()));
    }

    [Fact]
    public void Read_MemslotHeaderWithBlanks_IsTheHeader()
    {
        JsonElement dump = Of("vm, as_id, slot, gfn_base, npages, hva_base, flags, ts_from_ns, ts_to_ns\ntgid:5, 0, 0, 0x0, 160, 0x7f3a40000000, 0x0, , \n");
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        Assert.Single(dump.GetProperty("events").EnumerateArray());
    }

    [Fact]
    public void Read_QuotedLineWithoutTheOption_IsQuarantined()
    {
        JsonElement dump = Of($"         kswapd0-74      [003] ...1.  1.000000: kvm_age_hva: {Age}\n>          kswapd0-74      [003] ...1.  1.000001: kvm_age_hva: {Age}\n");
        Assert.Equal(1, dump.GetProperty("events").GetArrayLength());
        Assert.Equal("malformed_event", Assert.Single(dump.GetProperty("quarantine").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Fact]
    public void Read_OldSystrace_UndoesTheLineEndsAndStaysInsideTheScript()
    {
        const string Row = "         kswapd0-63    [000] ...1  1.00000{0}: kvm_age_hva: " + Age;
        JsonElement dump = Of(
            "<html><body>\n" + Row.Replace("{0}", "0", StringComparison.Ordinal) + "\n<script>\n  var linuxPerfData = \"\\\n# tracer: nop\\n\\\n"
            + Row.Replace("{0}", "1", StringComparison.Ordinal) + "\\n\\\n" + Row.Replace("{0}", "2", StringComparison.Ordinal) + "\\n\";\n"
            + Row.Replace("{0}", "3", StringComparison.Ordinal) + "\n</script></html>\n");
        Assert.Equal("systrace", dump.GetProperty("container").GetString());
        Assert.Equal([6, 7], dump.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("line").GetInt32()));
    }

    [Theory]
    [InlineData("[2026-11-20 12:34:56.123456789]", 1795178096123456789, "realtime")]
    [InlineData("[1700000000.123456789]", 1700000000123456789, "realtime")]
    [InlineData("[12:34:56.123456789]", 45296123456789, "tod")]
    public void Read_BabeltraceStamp_OfEveryForm(string stamp, long ns, string clock)
    {
        JsonElement dump = Of(stamp + " (+?.?) host1 kvm_age_page: { cpu_id = 3 }, { tid = 74 }, { hva = 4096, gfn = 1, level = 1, referenced = 1 }\n");
        Assert.Equal(ns, Assert.Single(dump.GetProperty("events").EnumerateArray()).GetProperty("ts_ns").GetInt64());
        Assert.Equal(clock, dump.GetProperty("clock").GetProperty("name").GetString());
    }

    private static JsonElement Of(string text, params (string Key, string Value)[] options)
    {
        using Scratch scratch = new();
        return Dumped.Of(options.ToDictionary(o => o.Key, o => o.Value), scratch.Write("input.txt", Encoding.ASCII.GetBytes(text)));
    }
}
