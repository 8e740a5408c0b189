namespace SecondLook.Replay.Mmu;

/// <summary>What a young hook wants.</summary>
public enum AgeKind
{
    /// <summary>Ask, change nothing.</summary>
    Test,

    /// <summary>Ask and clear, everywhere.</summary>
    Clear,

    /// <summary>Ask what can be answered fast.</summary>
    FastTest,

    /// <summary>Ask and clear what can be answered fast.</summary>
    FastClear,
}

/// <summary>Answer of a young hook for up to 64 pages (or for one range, as bit 0).</summary>
/// <param name="Young">Bit i set: page i was young.</param>
/// <param name="Fast">Bit i set: page i was young in an MMU that answered fast (flags of v2, v3 and of the counter-proposal).</param>
/// <param name="Failed">The fast hook failed, or the bitmap is unreliable: nothing was asked.</param>
/// <remarks>
/// Models: return values of the young hooks in merged kernels (0 or 1) and in the series.
/// Omits: nothing.
/// </remarks>
public readonly record struct AgeAnswer(ulong Young, ulong Fast, bool Failed);
