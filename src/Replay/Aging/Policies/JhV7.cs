using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v7: fast_only flag, TDP MMU and lockless shadow MMU.</summary>
/// <remarks>
/// Models: mm: multi-gen LRU: Walk secondary MMU page tables while aging, v7, 2024-09-26, patches 4, 10, 12, 13, 15 to 17.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("jh_v7", "Series v7: fast_only flag, TDP MMU and lockless shadow MMU")]
public sealed class JhV7 : IAgingPolicy
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
            ShadowTest = LockClass.Rmap,
            TestElide = true,
            Fast = FastHook.Flag,
            FastShadow = FastShadow.RmapLock,
            Capability = FastCapability.AnyX86,
            FastKeepsUntracked = true,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton, v7 of 2024-09-26, with Sean Christopherson's lockless reverse-map walks.",
        "Walk, look-around and eviction: TDP MMU and shadow MMU.",
        "RCU and per-rmap bit locks; the accurate clear takes mmu_lock write for the shadow MMU; arm64 write.",
        "A fast clear leaves shadow entries without A/D bits young: such pages look hot at every walk.");
}
