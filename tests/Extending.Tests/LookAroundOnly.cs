using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>What if aging walks never asked KVM, but eviction and its look-around did, on 6.15?</summary>
/// <remarks>
/// Models: mm/vmscan.c and mm/rmap.c of 6.15 with the secondary question taken out of the aging walk; no kernel does this.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("look_around_only", "what if: 6.15 whose aging walk asks no secondary MMU, while eviction and look-around do")]
public sealed class LookAroundOnly : IAgingPolicy
{
    /// <inheritdoc/>
    public string? Profile => "p614";

    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Primary,
        PmdWalk = WalkQuery.Primary,
        NonleafPmd = NonleafRule.Prune,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrSecondary,
        LookAround = WalkQuery.Clear,
        Kvm = new KvmRules
        {
            Predicate = ShadowPredicate.MayHaveShadow,
            ShadowTest = LockClass.Rmap,
            ShadowClear = LockClass.Rmap,
            TestElide = true,
            FlushElideX86 = true,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "An example of docs/extending.md; nobody proposed it.",
        "Walk: the primary page table alone. Eviction and look-around: every MMU.",
        "RCU and per-rmap bit locks on x86, at eviction only; mmu_lock write on arm64.",
        "Pages that only the guest uses grow old together; eviction finds them young one neighbourhood after the other.");
}
