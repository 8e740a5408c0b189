using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v5: a separate fast hook that fails as a whole.</summary>
/// <remarks>
/// Models: mm: multi-gen LRU: Walk secondary MMU page tables while aging, v5, 2024-06-11, patches 4, 5, 7, 8.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("jh_v5", "Series v5: a separate fast hook that fails as a whole")]
public sealed class JhV5 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.FastTestThenClear,
        Gate = WalkGate.Cap8AndArch,
        PmdWalk = WalkQuery.FastClear,
        NonleafPmd = NonleafRule.NoPruneIfGate,
        Evict = EvictQuery.FastElseClear,
        LookAroundGate = LookAroundGate.PrimaryOrFastHook,
        LookAround = WalkQuery.FastTestThenClear,
        Kvm = new KvmRules
        {
            ShadowFirst = true,
            Stage2 = LockClass.Read,
            Fast = FastHook.FailingHook,
            Capability = FastCapability.TdpWithAdBits,
            LastSubscriberWins = true,
            Race = AgeRace.RetryWhileLeaf,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton, v5 of 2024-06-11.",
        "Walk and look-around: the TDP MMU through the fast hook. Eviction: the fast hook, else every MMU.",
        "RCU for the fast hook; the accurate path takes mmu_lock write for the shadow MMU, read on arm64.",
        "Looks around only if all secondary MMUs answered fast; one shadow root makes the hook fail for ever. As "
            + "posted, the last of several subscribers decides.");
}
