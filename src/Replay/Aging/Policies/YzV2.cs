using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v2: one hook that tests and clears 64 pages by bitmap, lockless or not at all.</summary>
/// <remarks>
/// Models: mm/kvm: locklessly clear the accessed bit, v2, 2023-05-26, patches 01, 06, 09, 10.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("yz_v2", "Series v2: one hook that tests and clears 64 pages by bitmap, lockless or not at all")]
public sealed class YzV2 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Bitmap,
        Gate = WalkGate.Cap8AndArch,
        PmdWalk = WalkQuery.Primary,
        NonleafPmd = NonleafRule.Prune,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrFastAnswer,
        LookAround = WalkQuery.Bitmap,
        Kvm = new KvmRules
        {
            OneWriteSection = true,
            ShadowFirst = true,
            Fast = FastHook.BitmapOrBail,
            Capability = FastCapability.TdpWithAdBits,
            Stage2Fast = LockClass.Rcu,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Yu Zhao, v2 of 2023-05-26.",
        "Walk and look-around: every MMU that can be read without mmu_lock, 64 pages a call. Eviction: that path, "
            + "else all MMUs.",
        "None on the fast path (RCU); mmu_lock write where a shadow root was ever allocated.",
        "One nested guest ends fast aging of its VM for ever; huge-PMD leafs and the skipping of old tables are "
            + "not adapted, so regions that only a guest uses are still pruned.");
}
