using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Counter-proposal to v5: fast_only on the existing hooks, look around where a fast MMU was young.</summary>
/// <remarks>
/// Models: Sean Christopherson's replies to v5 patch 4, 2024-06-11 to 2024-06-17.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("sc_flag", "Counter-proposal to v5: fast_only on the existing hooks, look around where a fast MMU was young")]
public sealed class ScFlag : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.FastClear,
        Gate = WalkGate.Cap8,
        PmdWalk = WalkQuery.FastClear,
        NonleafPmd = NonleafRule.NoPruneIfGate,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrFastAnswer,
        LookAround = WalkQuery.FastClear,
        Kvm = new KvmRules
        {
            ShadowFirst = true,
            Predicate = ShadowPredicate.MayHaveShadow,
            Fast = FastHook.Flag,
            Capability = FastCapability.TdpMmuOn,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Sean Christopherson, 2024-06-14, a sketch in reply to v5.",
        "Walk and look-around: the TDP MMU alone. Eviction: shadow MMU, then TDP MMU.",
        "RCU for the TDP MMU; mmu_lock write for the shadow MMU while shadow pages exist.",
        "Pages used only by an L2 look old to the walk. Only a sketch: the locks of arm64 are left open (write is "
            + "assumed).");
}
