using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v4: no new hook; test_young, then clear_young, never around a VM's pages.</summary>
/// <remarks>
/// Models: mm: multi-gen LRU: Walk secondary MMU page tables while aging, v4, 2024-05-29, patches 2, 5, 6.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("jh_v4", "Series v4: no new hook; test_young, then clear_young, never around a VM's pages")]
public sealed class JhV4 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.TestThenClear,
        Gate = WalkGate.Cap8,
        PmdWalk = WalkQuery.Clear,
        NonleafPmd = NonleafRule.NoPruneIfGate,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryWithoutNotifiers,
        LookAround = WalkQuery.TestThenClear,
        Kvm = new KvmRules { ShadowFirst = true, Stage2 = LockClass.Read, Race = AgeRace.RetryWhileLeaf },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton, v4 of 2024-05-29.",
        "Walk: every MMU, two calls per young page. Eviction: every MMU.",
        "TDP MMU under RCU; shadow MMU under mmu_lock write once reverse maps exist; arm64 under mmu_lock read.",
        "Never looks around in a process with notifiers, not even for pages that are young in the primary MMU.");
}
