namespace SecondLook.Replay.Aging;

/// <summary>Answer of the last question before a page is evicted.</summary>
/// <param name="Young">The page counts as referenced.</param>
/// <param name="LookAround">Its neighbours are to be asked (<see cref="MmAging.LookAroundWord"/>).</param>
/// <remarks>
/// Models: outcome of <c>folio_referenced_one</c> for one mapping.
/// Omits: counting over several mappings, which the caller does.
/// </remarks>
public readonly record struct EvictAnswer(bool Young, bool LookAround);
