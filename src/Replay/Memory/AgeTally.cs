namespace SecondLook.Replay.Memory;

/// <summary>What an aging walk touched, to be charged by the notifier.</summary>
/// <remarks>
/// Models: entries and per-rmap locks of one walk.
/// Omits: nothing.
/// </remarks>
public struct AgeTally
{
    /// <summary>Leaf entries looked at.</summary>
    public long Visited { get; set; }

    /// <summary>Young bits cleared (or entries newly access-tracked).</summary>
    public long Cleared { get; set; }

    /// <summary>Reverse-map heads that held entries, each locked once when the walk uses per-rmap locks.</summary>
    public long Heads { get; set; }
}
