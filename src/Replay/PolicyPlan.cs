namespace SecondLook.Replay;

/// <summary>One policy of a job, resolved: what it is built from.</summary>
/// <param name="Name">Name in the job.</param>
/// <param name="Preset">Preset it was built from.</param>
/// <param name="Profile">Reclaim profile, such as <c>p612</c>; empty for reference policies.</param>
/// <param name="KvmPolicy">Secondary-MMU policy; empty for reference policies.</param>
/// <param name="Overlays">Overlays of the profile.</param>
/// <param name="Switches">Overrides by switch name.</param>
public sealed record PolicyPlan(
    string Name, string Preset, string Profile, string KvmPolicy, IReadOnlyList<string> Overlays, IReadOnlyDictionary<string, string> Switches)
{
    /// <summary>PTEs of one large folio are asked by one call.</summary>
    public bool RangeCalls { get; init; }

    /// <summary>Whether it is a reference policy without generations, aging and hooks.</summary>
    public bool IsReference => Profile.Length == 0;
}
