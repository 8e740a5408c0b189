namespace SecondLook.Replay.Reference;

/// <summary>One count that is asked for.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Pages">Pages that fit, at least 1.</param>
public sealed record MissCell(string Policy, long Pages);

/// <summary>Rules that all cells of a count share.</summary>
public sealed record MissRules
{
    /// <summary>Whether the corner cases and names are those of libCacheSim.</summary>
    public bool LibCacheSim { get; init; }

    /// <summary>Seed of policies that draw lots.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Ascending positions before which a harvest tells the policies what was used since the one before; null when they see every request at once.
    /// </summary>
    public int[]? Harvests { get; init; }
}
