using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Aging;

/// <summary>The catalogue of aging policies.</summary>
/// <remarks>
/// Models: the master table of the KVM specification, section 3.2.
/// Omits: nothing.
/// </remarks>
public static class AgingPolicies
{
    /// <summary>All policies by name.</summary>
    public static Catalog<IAgingPolicy> Catalog { get; } = new(PolicyAssemblies.All);

    /// <summary>Knobs of a policy.</summary>
    /// <exception cref="KeyNotFoundException">No such policy; the message lists the names.</exception>
    public static AgingKnobs Get(string name) => Catalog.Create(name).Knobs;
}
