using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Rejected: an MMU is fast when its lock happens to be free.</summary>
/// <remarks>
/// Models: the question at the end of James Houghton's reply of 2024-06-13 and its refusal of 2024-06-14.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("trylock_fast", "Rejected: an MMU is fast when its lock happens to be free")]
public sealed class TrylockFast : IAgingPolicy
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
            OneWriteSection = true,
            Predicate = ShadowPredicate.MayHaveShadow,
            Fast = FastHook.TryLock,
            Capability = FastCapability.LockFree,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Asked by James Houghton, refused by Sean Christopherson, 2024-06-14.",
        "Every MMU if mmu_lock is free at the call; nothing otherwise.",
        "mmu_lock write, by trylock.",
        "Answers depend on unrelated contention and cannot be reproduced.");
}
