using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Tests;

/// <summary>Frames of pages that a dirty ring names by slot and offset.</summary>
public sealed class DirtyRingTests
{
    // Slot 2 of address space 1 lies elsewhere than slot 2 of address space 0, and slot 3 moves.
    private const string Memslots = """
        vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns
        a,0,2,0x100,16,0x600000000000,0,,
        a,1,2,0x500,16,0x610000000000,0,,
        a,0,3,0x200,16,0x620000000000,0,,10000025000
        a,0,3,0x300,16,0x620000000000,0,10000025000,

        """;

    private const string Trace = """
        # tracer: nop
        #
               CPU 0/KVM-101     [000] ...1.   10.000010: kvm_dirty_ring_push: ring 0: dirty 0x1 reset 0x0 slot 2 offset 0x7 (used 1)
               CPU 0/KVM-101     [000] ...1.   10.000015: kvm_dirty_ring_push: ring 0: dirty 0x2 reset 0x0 slot 65538 offset 0x7 (used 2)
               CPU 0/KVM-101     [000] ...1.   10.000020: kvm_dirty_ring_push: ring 0: dirty 0x3 reset 0x0 slot 3 offset 0xf (used 3)
               CPU 0/KVM-101     [000] ...1.   10.000030: kvm_dirty_ring_push: ring 0: dirty 0x4 reset 0x0 slot 3 offset 0xf (used 4)
               CPU 0/KVM-101     [000] ...1.   10.000040: kvm_dirty_ring_push: ring 0: dirty 0x5 reset 0x0 slot 2 offset 0x10 (used 5)
               CPU 0/KVM-101     [000] ...1.   10.000050: kvm_dirty_ring_push: ring 0: dirty 0x6 reset 0x0 slot 9 offset 0x0 (used 6)

        """;

    [Fact]
    public void Run_PushesWithMemslots_NameTheFrameOfTheSlotAtThatTime()
    {
        using Scratch scratch = new();
        IngestRequest request = new() { Inputs = [scratch.Write("trace.txt", Trace)], Memslots = scratch.Write("memslots.csv", Memslots) };
        IngestStage.Run(request, scratch["dataset"], CancellationToken.None);

        using EventsReader reader = new(scratch["dataset"]);
        TraceEvent e = default;
        List<ulong?> frames = [];
        while (reader.TryRead(ref e))
        {
            if (e.Kind == TraceEventKind.Dirty)
            {
                frames.Add(e.Has(EventColumn.Gfn) ? e.Gfn : null);
            }
        }
        // An offset behind the slot's end and a slot that no table knows name nothing.
        Assert.Equal([0x107, 0x507, 0x20f, 0x30f, null, null], frames);
    }
}
