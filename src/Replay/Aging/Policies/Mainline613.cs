using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>6.13: as 6.12, x86 no longer flushes TLBs after aging.</summary>
/// <remarks>
/// Models: arch/x86/kvm/mmu/mmu.c and virt/kvm/kvm_main.c, 6.13.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("mainline_6_13", "6.13: as 6.12, x86 no longer flushes TLBs after aging")]
public sealed class Mainline613 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Clear,
        PmdWalk = WalkQuery.Clear,
        NonleafPmd = NonleafRule.NoPruneIfNotifiers,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrSecondary,
        LookAround = WalkQuery.Clear,
        Kvm = new KvmRules { OneWriteSection = true, ShadowFirst = true, FlushElideX86 = true },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Sean Christopherson, merged in 6.13.",
        "Walk, look-around and eviction: every MMU.",
        "One mmu_lock write section per page asked.",
        "A translation still cached hides accesses until it is evicted, also for PMD-mapped pages on x86.");
}
