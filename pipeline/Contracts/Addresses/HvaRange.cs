namespace SecondLook.Contracts.Addresses;

/// <summary>A half-open range [Start, End) of host user virtual addresses, bytes.</summary>
/// <param name="Start">First byte of the range.</param>
/// <param name="End">First byte after the range.</param>
public readonly record struct HvaRange(Hva Start, Hva End)
{
    /// <summary>Length in bytes; 0 for an empty or backward range.</summary>
    public ulong SizeBytes => End > Start ? End.Value - Start.Value : 0;

    /// <summary>Whether the range covers <paramref name="hva"/>.</summary>
    public bool Contains(Hva hva) => hva >= Start && hva < End;

    /// <inheritdoc/>
    public override string ToString() => $"[0x{Start.Value:x}, 0x{End.Value:x})";
}
