using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>MGLRU as merged in 6.1, up to 6.12-rc5: aging reads primary bits only.</summary>
/// <remarks>
/// Models: mm/vmscan.c and mm/rmap.c, 6.1 to 6.12-rc5; virt/kvm/kvm_main.c of the same kernels.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("mglru_6_1", "MGLRU as merged in 6.1, up to 6.12-rc5: aging reads primary bits only")]
public sealed class Mglru61 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Primary,
        PmdWalk = WalkQuery.Primary,
        NonleafPmd = NonleafRule.Prune,
        Evict = EvictQuery.ClearFlush,
        LookAroundGate = LookAroundGate.Primary,
        LookAround = WalkQuery.Primary,
        Kvm = new KvmRules { OneWriteSection = true, ShadowFirst = true },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Yu Zhao, merged in 6.1.",
        "Aging walk and look-around: the primary MMU alone. Eviction: every MMU, with a TLB flush.",
        "One mmu_lock write section per eviction query.",
        "Memory that only a guest uses sinks to the oldest generation and is rescued page by page at eviction; "
            + "rarely cleared bits make it look younger there than it is.");
}
