using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Refuted: a clear that skips the shadow MMU when the TDP MMU is young.</summary>
/// <remarks>
/// Models: the rule refuted in the reply to v5 patch 4, 2024-06-14.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("wrong_elide", "Refuted: a clear that skips the shadow MMU when the TDP MMU is young")]
public sealed class WrongElide : IAgingPolicy
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
        Kvm = Mainline615.MergedRules with { ClearElide = true },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "Nobody: the variant that the exchange of 2024-06-14 refutes.",
        "TDP MMU; the shadow MMU only where the TDP MMU was old.",
        "RCU and per-rmap bit locks.",
        "A page touched by L1 and L2 keeps its bit in the shadow MMU and is found young once more without any "
            + "access.");
}
