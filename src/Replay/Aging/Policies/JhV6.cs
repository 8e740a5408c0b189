using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v6: fast_only flag, TDP MMU only.</summary>
/// <remarks>
/// Models: mm: multi-gen LRU: Walk secondary MMU page tables while aging, v6, 2024-07-24, patches 3, 9, 10.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("jh_v6", "Series v6: fast_only flag, TDP MMU only")]
public sealed class JhV6 : IAgingPolicy
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
            Predicate = ShadowPredicate.MayHaveShadow,
            TestElide = true,
            Stage2 = LockClass.Read,
            Fast = FastHook.Flag,
            Capability = FastCapability.AnyX86,
            ShadowOverwritesTdp = true,
            Race = AgeRace.RetryWhileLeaf,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton, v6 of 2024-07-24.",
        "Walk and look-around: the TDP MMU alone. Eviction: TDP MMU, then shadow MMU.",
        "RCU for the TDP MMU; mmu_lock write for the shadow MMU; arm64 under mmu_lock read.",
        "Claims fast aging even with the TDP MMU off, where a fast call sees nothing. As posted, the shadow answer"
            + " overwrites a young TDP answer.");
}
