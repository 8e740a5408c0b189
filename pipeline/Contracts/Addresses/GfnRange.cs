namespace SecondLook.Contracts.Addresses;

/// <summary>A half-open range [Start, End) of guest frame numbers, pages.</summary>
/// <param name="Start">First frame of the range.</param>
/// <param name="End">First frame after the range.</param>
public readonly record struct GfnRange(Gfn Start, Gfn End)
{
    /// <summary>Length in pages; 0 for an empty or backward range.</summary>
    public ulong Pages => End > Start ? End.Value - Start.Value : 0;

    /// <summary>Whether the range covers <paramref name="gfn"/>.</summary>
    public bool Contains(Gfn gfn) => gfn >= Start && gfn < End;

    /// <inheritdoc/>
    public override string ToString() => $"[0x{Start.Value:x}, 0x{End.Value:x})";
}
