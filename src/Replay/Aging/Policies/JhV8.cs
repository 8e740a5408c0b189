using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v8: what became 6.15, before its fixes to the rmap lock.</summary>
/// <remarks>
/// Models: KVM: x86/mmu: Age sptes locklessly, v8, 2024-11-05.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("jh_v8", "Series v8: what became 6.15, before its fixes to the rmap lock")]
public sealed class JhV8 : IAgingPolicy
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
        Kvm = Mainline615.MergedRules,
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton, v8 of 2024-11-05.",
        "As mainline_6_15.",
        "As mainline_6_15.",
        "As mainline_6_15; the spin loop of the rmap lock did not relax and left preemption on.");
}
