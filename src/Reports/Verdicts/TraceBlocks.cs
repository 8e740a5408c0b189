using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Verdicts;

/// <summary>The trace cut into blocks so long that half of the refaults follow their eviction within one, and at least one horizon.</summary>
/// <param name="beginNs">Begin of the first block, ns.</param>
/// <param name="widthNs">Length of a block, ns.</param>
/// <param name="count">Number of whole blocks.</param>
public sealed class TraceBlocks(long beginNs, long widthNs, int count)
{
    /// <summary>Blocks that an interval needs (product.md section 6).</summary>
    public const int Needed = 20;

    /// <summary>Length of a block, ns; 0 when the trace gives none.</summary>
    public long WidthNs { get; } = widthNs;

    /// <summary>Number of blocks.</summary>
    public int Count { get; } = count;

    /// <summary>Cuts a trace; a block is at least one horizon long.</summary>
    /// <param name="facts">Span and horizon.</param>
    /// <param name="settledNs">Time within which half of the refaults follow their eviction, ns; 0 without refaults.</param>
    public static TraceBlocks Of(ReplayFacts facts, long settledNs)
    {
        long width = Math.Max(settledNs, Math.Max(facts.HorizonNs, facts.MedianGapNs));
        return width <= 0 || facts.SpanNs <= 0
            ? new TraceBlocks(facts.BeginNs, 0, 0)
            : new TraceBlocks(facts.BeginNs, width, (int)Math.Min(facts.SpanNs / width, 100_000));
    }

    /// <summary>Block of an instant; the rest after the last whole block belongs to the last.</summary>
    public int IndexOf(long tsNs) => Count == 0 ? 0 : (int)Math.Clamp((tsNs - beginNs) / WidthNs, 0, Count - 1);
}
