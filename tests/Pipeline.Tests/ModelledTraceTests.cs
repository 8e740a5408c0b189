using System.Text.Json;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Pipeline.Tests;

/// <summary>The trace that a modelled kernel writes, read back by Ingest.</summary>
public sealed class ModelledTraceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FtraceText_OfAModelledRun_ReadsBackToTheSameEvents()
    {
        NotifierTrace trace = Run();
        string path = _folder.File("trace.txt");
        using (StreamWriter writer = new(path) { NewLine = "\n" })
        {
            FtraceWriter.Write(trace, writer);
        }
        SecondLookProcess dump = SecondLookProcess.Run(_folder.Path, "dump", path, "--json");
        Assert.True(dump.ExitCode == 0, dump.Errors);
        using JsonDocument found = JsonDocument.Parse(dump.Output);
        Assert.Empty(found.RootElement.GetProperty("quarantine").EnumerateArray());
        Assert.Empty(found.RootElement.GetProperty("other_events_by_name").EnumerateObject());
        JsonElement[] events = [.. found.RootElement.GetProperty("events").EnumerateArray()];
        Assert.Equal(trace.Events.Select(e => FtraceWriter.NameOf(e.Kind)), events.Select(e => e.GetProperty("src").GetString()!));
        for (int i = 0; i < events.Length; i++)
        {
            EmittedEvent wanted = trace.Events[i];
            Assert.Equal(wanted.TimestampNs / 1000 * 1000, events[i].GetProperty("ts_ns").GetInt64());
            if (wanted.Kind is EmittedKind.AgeHva or EmittedKind.UnmapHvaRange)
            {
                Assert.Equal((wanted.A, wanted.B), (Address(events[i], "start"), Address(events[i], "end")));
            }
            if (wanted.Kind == EmittedKind.SpteChanged)
            {
                Assert.Equal((wanted.Old, wanted.B), (Address(events[i], "old_spte"), Address(events[i], "new_spte")));
            }
        }
        // The aging answers that Ingest infers are those that the model gave: pages 0 to 3 were young once.
        Assert.Equal(4, events.Count(e => e.TryGetProperty("op", out JsonElement op) && op.GetString() == "young_cleared"));
    }

    private static ulong Address(JsonElement e, string name)
    {
        JsonElement value = e.GetProperty(name);
        return value.ValueKind == JsonValueKind.Number ? value.GetUInt64() : Convert.ToUInt64(value.GetString()!, 16);
    }

    private static NotifierTrace Run()
    {
        PrimaryMmu primary = new();
        AgingKnobs knobs = AgingPolicies.Get("mainline_6_15");
        MmuNotifier notifier = new(knobs.Kvm);
        KvmVm vm = new(new KvmConfig { AddressSpaces = 2 }, primary);
        notifier.CreateSlot(vm, new Memslot(0, 1, new Gfn(0x40000), 8, new Hva(0x7f0000000000)));
        notifier.Register(vm);
        NotifierTrace trace = new();
        trace.Tasks.Add("vcpu-77");
        notifier.Record(trace);
        MmAging mm = new(primary, notifier, knobs);
        for (ulong i = 0; i < 4; i++)
        {
            trace.NowNs = 1_000_000_000 + ((long)i * 5_000);
            trace.Task = 1;
            primary.Map(0x7f0000000 + i, new Pfn(0x1000 + i), write: true);
            notifier.Touch(vm, 0, new Gfn(0x40000 + i), write: true);
        }
        notifier.Touch(vm, 0, new Gfn(0x90000), write: false);
        notifier.Touch(vm, 0, new Gfn(0x90000), write: false);
        trace.NowNs = 2_000_000_000;
        trace.Task = 0;
        mm.WalkWord(0x7f0000000, 0xff);
        mm.WalkWord(0x7f0000000, 0xff);
        notifier.TestYoung(new Hva(0x7f0000001000), NotifierCaller.Khugepaged);
        trace.NowNs = 3_000_000_000;
        notifier.InvalidateRange(new HvaRange(new Hva(0x7f0000000000), new Hva(0x7f0000002000)));
        notifier.DeleteSlot(vm, vm.SlotsOf(0).Slots[0]);
        notifier.FinishZaps(vm);
        return trace;
    }
}
