namespace SecondLook.Replay.Mmu;

/// <summary>What an age walk reports when its compare-exchange meets a concurrent change of the entry.</summary>
/// <remarks>
/// Models: the update of an SPTE in <c>tdp_mmu_age_spte</c> (merged, v7) and in v4 to v6.
/// Omits: the race itself; a replay has one thread, hand-written cases and race injection ask here.
/// </remarks>
public static class AgeRaces
{
    /// <summary>The answer for the entry.</summary>
    /// <param name="race">The policy's way.</param>
    /// <param name="stillLeaf">After the change the entry is still a leaf.</param>
    /// <param name="youngOnRetry">A second look finds it young.</param>
    /// <returns>Whether the walk reports young.</returns>
    public static bool Answer(AgeRace race, bool stillLeaf, bool youngOnRetry) =>
        race == AgeRace.ReportYoung || (stillLeaf && youngOnRetry);
}
