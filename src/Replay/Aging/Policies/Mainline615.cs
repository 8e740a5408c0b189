using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>6.15: lockless aging of TDP MMU and shadow MMU.</summary>
/// <remarks>
/// Models: arch/x86/kvm/mmu/mmu.c, tdp_mmu.c and virt/kvm/kvm_main.c, 6.15 to 7.2.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("mainline_6_15", "6.15: lockless aging of TDP MMU and shadow MMU")]
public sealed class Mainline615 : IAgingPolicy
{
    /// <summary>KVM's side as merged.</summary>
    internal static readonly KvmRules MergedRules = new()
    {
        Predicate = ShadowPredicate.MayHaveShadow,
        ShadowTest = LockClass.Rmap,
        ShadowClear = LockClass.Rmap,
        TestElide = true,
        FlushElideX86 = true,
    };

    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Clear,
        PmdWalk = WalkQuery.Clear,
        NonleafPmd = NonleafRule.NoPruneIfNotifiers,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrSecondary,
        LookAround = WalkQuery.Clear,
        Kvm = MergedRules,
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton and Sean Christopherson, series v9 of 2025-02-04, merged in 6.15.",
        "Walk, look-around and eviction: every MMU; a test skips the shadow MMU once the TDP MMU is young.",
        "RCU and per-rmap bit locks on x86; mmu_lock write on arm64.",
        "A non-atomic change of an entry may lose or bring back an accessed bit, by design; nested pages of arm64 "
            + "are never aged.");
}
