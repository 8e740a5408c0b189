namespace SecondLook.Replay.Reference;

/// <summary>A reference policy that can count the misses of a whole list in one loop of its own, without a call for each request.</summary>
public interface IWholeListPolicy : IReferencePolicy
{
    /// <summary>Counts the misses of a run from an empty memory; what <see cref="IReferencePolicy.Start"/> began is untouched or lost.</summary>
    /// <param name="list">Requests.</param>
    /// <param name="capacity">Pages that fit, at least 1.</param>
    /// <returns>Misses, first requests included.</returns>
    long CountMisses(PageList list, int capacity);
}
