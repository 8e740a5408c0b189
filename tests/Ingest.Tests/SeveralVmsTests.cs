using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Tests;

/// <summary>Whose entry a change was, where several VMs use the same guest frames.</summary>
public sealed class SeveralVmsTests
{
    private const string Memslots = """
        vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns
        a,0,0,0x100,16,0x600000000000,0,,
        b,0,0,0x100,16,0x700000000000,0,,

        """;

    // Both map their own pages; kswapd's removals teach whose threads these are; then a vCPU of b has to reclaim, and asks about a page of a.
    private const string Trace = """
        # tracer: nop
        #
               CPU 0/KVM-101     [000] ...1.   10.000010: kvm_tdp_mmu_spte_changed: as id 0 gfn 100 level 1 old_spte 0 new_spte 11100e67
               CPU 0/KVM-101     [000] ...1.   10.000020: kvm_tdp_mmu_spte_changed: as id 0 gfn 101 level 1 old_spte 0 new_spte 11101e67
               CPU 0/KVM-202     [001] ...1.   10.000030: kvm_tdp_mmu_spte_changed: as id 0 gfn 100 level 1 old_spte 0 new_spte 22200e67
               CPU 0/KVM-202     [001] ...1.   10.000040: kvm_tdp_mmu_spte_changed: as id 0 gfn 101 level 1 old_spte 0 new_spte 22201e67
                 kswapd0-74      [000] ...1.   10.000050: kvm_unmap_hva_range: mmu notifier unmap range: 0x600000000000 -- 0x600000001000
                 kswapd0-74      [000] ...1.   10.000060: kvm_tdp_mmu_spte_changed: as id 0 gfn 100 level 1 old_spte 11100e67 new_spte 5a0
                 kswapd0-74      [000] ...1.   10.000070: kvm_unmap_hva_range: mmu notifier unmap range: 0x700000000000 -- 0x700000001000
                 kswapd0-74      [000] ...1.   10.000080: kvm_tdp_mmu_spte_changed: as id 0 gfn 100 level 1 old_spte 22200e67 new_spte 5a0
               CPU 0/KVM-202     [001] ...1.   10.000090: kvm_age_hva: mmu notifier age hva: 0x600000001000 -- 0x600000002000
               CPU 0/KVM-202     [001] ...1.   10.000100: kvm_tdp_mmu_spte_changed: as id 0 gfn 101 level 1 old_spte 11101e67 new_spte 11101e47
               CPU 0/KVM-202     [001] ...1.   10.000110: kvm_age_hva: mmu notifier age hva: 0x700000001000 -- 0x700000002000
               CPU 0/KVM-202     [001] ...1.   10.000120: kvm_tdp_mmu_spte_changed: as id 0 gfn 101 level 1 old_spte 22201e67 new_spte 22201e47

        """;

    [Fact]
    public void Run_VcpuReclaimsFromAnotherVm_ChangesBelongToTheVmThatHeldTheFrame()
    {
        using Scratch scratch = new();
        IngestRequest request = new() { Inputs = [scratch.Write("trace.txt", Trace)], Memslots = scratch.Write("memslots.csv", Memslots) };
        IngestStage.Run(request, scratch["dataset"], CancellationToken.None);

        using EventsReader reader = new(scratch["dataset"]);
        TraceEvent e = default;
        List<string> clears = [];
        List<bool> young = [];
        while (reader.TryRead(ref e))
        {
            if (e.Kind == TraceEventKind.SpteChange && e.Op == TraceEventOp.YoungCleared)
            {
                clears.Add($"{reader.Strings.Count > 0} {e.Vm}");
            }
            else if (e.Kind == TraceEventKind.Age)
            {
                young.Add(e.Has(EventColumn.Young) && e.Young);
            }
        }
        Assert.Equal(2, clears.Distinct().Count());
        Assert.Equal([true, true], young);
    }
}
