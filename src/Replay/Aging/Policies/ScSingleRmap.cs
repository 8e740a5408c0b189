using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Variant of the counter-proposal: reverse maps of a single entry are walked without a lock.</summary>
/// <remarks>
/// Models: Sean Christopherson's replies to v5 patch 4, 2024-06.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("sc_single_rmap", "Variant of the counter-proposal: reverse maps of a single entry are walked without a lock")]
public sealed class ScSingleRmap : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.FastClear,
        Gate = WalkGate.Cap8,
        PmdWalk = WalkQuery.FastClear,
        NonleafPmd = NonleafRule.NoPruneIfGate,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrSecondaryIfFast,
        LookAround = WalkQuery.FastClear,
        Kvm = new KvmRules
        {
            ShadowFirst = true,
            Predicate = ShadowPredicate.MayHaveShadow,
            Fast = FastHook.Flag,
            FastShadow = FastShadow.SingleEntryHeads,
            Capability = FastCapability.TdpMmuOn,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Sean Christopherson, 2024-06, an idea beside the counter-proposal.",
        "Walk and look-around: TDP MMU, and shadow entries whose reverse map holds one. Eviction: every MMU.",
        "RCU for the fast part; mmu_lock write for the shadow MMU when accurate.",
        "Pages mapped by several shadow entries look old to fast queries.");
}
