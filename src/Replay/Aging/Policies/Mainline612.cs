using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Merged in 6.12-rc6 (and stable): aging asks every secondary MMU, always.</summary>
/// <remarks>
/// Models: mm/vmscan.c and mm/rmap.c since 6.12-rc6 (two-patch series of 2024-10-19); virt/kvm/kvm_main.c, arch/x86/kvm/mmu/mmu.c, 6.12.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("mainline_6_12", "Merged in 6.12-rc6 (and stable): aging asks every secondary MMU, always")]
public sealed class Mainline612 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Clear,
        PmdWalk = WalkQuery.Clear,
        NonleafPmd = NonleafRule.NoPruneIfNotifiers,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrSecondary,
        LookAround = WalkQuery.Clear,
        Kvm = new KvmRules { OneWriteSection = true, ShadowFirst = true },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Yu Zhao, two patches of 2024-10-19, merged in 6.12-rc6 and copied to stable kernels.",
        "Walk, look-around and eviction: every MMU.",
        "One mmu_lock write section per page asked, young or not.",
        "Nothing about age; the walk takes mmu_lock for write once per present page of every process with "
            + "notifiers.");
}
