using System.Text.Json;
using SecondLook.Contracts.Tables;
using SecondLook.Ingest.Inspect;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>Memslot lines of a bpftrace capture join its aging calls with guest frames by themselves, each from its time on.</summary>
public sealed class MemslotLinesTests
{
    private const string Header = "# kmr1 1 clock mono\n";

    [Fact]
    public void Dump_SlotThatComesGoesAndMoves_JoinsEachCallAtItsTime()
    {
        string trace = Header + Call(900) + Set(1000, 0x40000) + Call(5000) + Delete(6000) + Call(6200) + Set(6500, 0x80000) + Call(7000) + Set(7500, 0xc0000) + Call(8000);
        Assert.Equal(["", "0x40003", "", "0x80003", "0xc0003"], Frames(DumpOf(trace)));
    }

    [Fact]
    public void Dump_LinesOutOfOrder_CallsBeforeTheSlotStayWithoutFrame()
    {
        // bpftrace prints the buffers of the CPUs one after the other.
        string trace = Header + Set(1000, 0x40000) + Call(900) + Call(1100);
        Assert.Equal(["", "0x40003"], Frames(DumpOf(trace)));
    }

    [Fact]
    public void Run_SlotOfALine_IsInTheTableOfMemslotsWithItsTimes()
    {
        using Scratch scratch = new();
        string trace = Header + Set(1000, 0x40000) + Set(2000, 0x40000, flags: 1) + Delete(6000) + Set(6500, 0x80000);
        IngestStage.Run(new IngestRequest { Inputs = [scratch.Write("trace.kmr1", trace)] }, scratch["dataset"], CancellationToken.None);
        Table table = Table.Read(Path.Combine(scratch["dataset"], "memslots.parquet"), MemslotsTable.Schema);
        Assert.Equal(2, table.RowCount);
        Assert.Equal([1000L, 6500L], [table[MemslotsTable.TsFromNs][0], table[MemslotsTable.TsFromNs][1]]);
        Assert.Equal(6000, table[MemslotsTable.TsToNs][0]);
        Assert.True(table.IsNull(MemslotsTable.TsToNs, 1));
        Assert.True(table.IsNull(MemslotsTable.Role, 0));
        Assert.Equal("kvm:0xa", table[MemslotsTable.Vm][0]);
    }

    [Fact]
    public void Dump_TableIsGiven_LinesAddNothing()
    {
        using Scratch scratch = new();
        string trace = scratch.Write("trace.kmr1", Header + Set(1000, 0x40000) + Call(5000));
        string table = scratch.Write("memslots.csv", "vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns\nvm1,0,9,0x500,512,0x7f3a40000000,0,,\n");
        Assert.Equal(["0x503"], Frames(Dumped.Of(trace, table)));
        using StringWriter output = new();
        IngestStage.DumpJson(new IngestRequest { Inputs = [trace], Memslots = table }, output, CancellationToken.None);
        using JsonDocument dump = JsonDocument.Parse(output.ToString());
        Assert.Equal(["0x503"], Frames(dump.RootElement));
    }

    [Fact]
    public void Dump_TwoVmsAtOneAddress_TheMmTellsThemApart()
    {
        string both = Header + Set(1000, 0x40000, kvm: "0xa", mm: "0x1111") + Set(1100, 0x90000, kvm: "0xb", mm: "0x2222");
        JsonElement dump = DumpOf(both + Call(5000, "0x2222") + Call(5100, "0x1111") + Call(5200, "0x3333"));
        Assert.Equal(["0x90003", "0x40003", ""], Frames(dump));
        Assert.Equal(["kvm:0xb", "kvm:0xa", ""], Values(dump, "vm"));

        // Lines of a script that does not print it: nobody can tell.
        string mute = (both + Call(5000, "0x2222")).Replace("\tmm=0x1111\n", "\n").Replace("mm=0x2222\nkmr1\tns=5000", "x=1\nkmr1\tns=5000");
        Assert.Equal([""], Frames(DumpOf(mute)));
    }

    [Fact]
    public void Dump_DeletionWasLost_TheNewSlotCountsAndTheOldOneIsToldOf()
    {
        using Scratch scratch = new();
        string trace = scratch.Write("trace.kmr1", Header + Set(1000, 0x40000) + "Lost 3 events\n" + Set(3000, 0x40100, slot: 7, hva: "0x7f5000000000") + Call(5000));
        Assert.Equal([""], Frames(Dumped.Of(trace)));
        IngestStage.Run(new IngestRequest { Inputs = [trace] }, scratch["dataset"], CancellationToken.None);
        using JsonDocument diagnostics = JsonDocument.Parse(File.ReadAllText(Path.Combine(scratch["dataset"], "diagnostics.json")));
        JsonElement problem = Assert.Single(diagnostics.RootElement.GetProperty("side_file_problems").EnumerateArray());
        Assert.Equal("memslot_overlap", problem.GetProperty("reason").GetString());
    }

    [Fact]
    public void Dump_BesideAnotherTrace_SlotsServeItToo()
    {
        using Scratch scratch = new();
        string kmr1 = scratch.Write("trace.kmr1", Header + Set(1_000_000_000, 0x40000));
        string ftrace = scratch.Write("trace.txt", """
            # tracer: nop
            #
             CPU 0/KVM-5003    [001] d..1.     5.000000: kvm_entry: vcpu 0, rip 0x1000
                 kswapd0-74    [003] ...1.     5.000100: kvm_age_hva: mmu notifier age hva: 0x7f3a40003000 -- 0x7f3a40004000

            """);
        JsonElement dump = Dumped.Of(ftrace, kmr1);
        Assert.Equal(["0x40003"], Frames(dump));
        Assert.All(dump.GetProperty("events").EnumerateArray(), e => Assert.Equal("kvm:0xa", e.GetProperty("vm").GetString()));
    }

    [Fact]
    public void Dump_SwapIns_OnlyThoseOfTheGuestsMmGetAFrame()
    {
        JsonElement dump = DumpOf(Header + Set(1000, 0x40000) + SwapIn(5000, "0xffff") + SwapIn(5100, "0xeeee"));
        Assert.Equal(["0x40003", ""], Values(dump, "gfn", "swap"));
    }

    [Fact]
    public void Dump_NameWithATab_IsAName()
    {
        JsonElement dump = DumpOf(Header + Call(900).Replace("comm=kswapd0", "comm=a\tb=c"));
        Assert.Equal(["a\tb=c"], Values(dump, "comm"));
    }

    [Fact]
    public void Dump_JsonOutputOfBpftrace_IsTheSame()
    {
        string plain = Header + Set(1000, 0x40000) + Call(5000);
        string json = "{\"type\": \"attached_probes\", \"data\": {\"probes\": 6}}\n"
            + string.Concat(plain.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"{{\"type\": \"printf\", \"data\": \"{l.Replace("\t", "\\t")}\\n\"}}\n"))
            + "{\"type\": \"lost_events\", \"data\": {\"events\": 12}}\n{\"type\": \"printf\", \"data\": \"kmr1\\tns=1";
        JsonElement dump = DumpOf(json);
        Assert.Equal("bpftrace", dump.GetProperty("container").GetString());
        Assert.Equal("mono", dump.GetProperty("clock").GetProperty("name").GetString());
        Assert.Equal(["0x40003"], Frames(dump));
        Assert.Equal(12, Assert.Single(dump.GetProperty("gaps").EnumerateArray()).GetProperty("lost").GetInt64());
        Assert.Equal("truncated_last_line", Assert.Single(dump.GetProperty("quarantine").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Fact]
    public void Dump_ScriptStartedAgain_IsAnotherCapture()
    {
        JsonElement dump = DumpOf(Header + Call(900) + Header + Call(100));
        JsonElement gap = Assert.Single(dump.GetProperty("gaps").EnumerateArray());
        Assert.Equal("new_capture", gap.GetProperty("cause").GetString());
        Assert.Equal("mono", dump.GetProperty("clock").GetProperty("name").GetString());
    }

    [Fact]
    public void Inspect_OneFile_IsACompleteCapture()
    {
        using Scratch scratch = new();
        string trace = scratch.Write("trace.kmr1", Header + Set(1000, 0x40000) + Call(5000) + Call(5100) + SwapIn(6000, "0xffff"));
        using StringWriter output = new();
        InspectStage.Run(new IngestRequest { Inputs = [trace] }, true, output, CancellationToken.None);
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        JsonElement facts = document.RootElement.GetProperty("captures")[0];
        Assert.Equal(1, facts.GetProperty("memslots").GetInt32());
        Assert.Equal(512, facts.GetProperty("guest_pages").GetInt64());
        Assert.Equal(2, facts.GetProperty("answers").GetProperty("returned_young").GetInt64());
        foreach (int question in (ReadOnlySpan<int>)[0, 1, 2, 3])
        {
            Assert.True(facts.GetProperty("questions")[question].GetProperty("can").GetBoolean(), facts.GetProperty("questions")[question].GetProperty("question").GetString());
        }
        Assert.DoesNotContain(facts.GetProperty("record_next_time").EnumerateArray(), a => a.GetString()!.Contains("memslots", StringComparison.Ordinal));
    }

    private static string Set(long ns, ulong gfn, int flags = 0, string kvm = "0xa", string mm = "0xffff", int slot = 3, string hva = "0x7f3a40000000") =>
        Memslot(ns, kvm, slot, $"gfn=0x{gfn:x}\tnpages=512\thva={hva}\tflags=0x{flags:x}\tchange=create", mm);

    private static string Delete(long ns) => Memslot(ns, "0xa", 3, "gfn=0x40000\tnpages=0\thva=0x7f3a40000000\tflags=0x0\tchange=delete", "0xffff");

    private static string Memslot(long ns, string kvm, int slot, string rest, string mm) =>
        $"kmr1\tns={ns}\tcpu=0\ttid=5000\ttgid=5000\tcomm=qemu\tev=memslot\tkvm={kvm}\tas_id=0\tslot={slot}\t{rest}\tmm={mm}\n";

    private static string Call(long ns, string mm = "0xffff") =>
        $"kmr1\tns={ns}\tcpu=3\ttid=74\ttgid=74\tcomm=kswapd0\tev=clear_young\tmm={mm}\tstart=0x7f3a40003000\tend=0x7f3a40004000\tyoung=1\n";

    private static string SwapIn(long ns, string mm) =>
        $"kmr1\tns={ns}\tcpu=1\ttid=5003\ttgid=5000\tcomm=CPU 0/KVM\tev=swap_in\tmm={mm}\tstart=0x7f3a40003000\n";

    private static JsonElement DumpOf(string trace)
    {
        using Scratch scratch = new();
        return Dumped.Of(scratch.Write("trace.kmr1", trace));
    }

    private static string[] Frames(JsonElement dump) => Values(dump, "gfn");

    private static string[] Values(JsonElement dump, string name, string kind = "age") =>
        [.. dump.GetProperty("events").EnumerateArray().Where(e => e.GetProperty("kind").GetString() == kind)
            .Select(e => e.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "")];
}
