namespace SecondLook.Contracts.Addresses;

/// <summary>A host page frame number, in pages of 4096 bytes.</summary>
/// <param name="Value">The frame number, pages.</param>
public readonly record struct Pfn(ulong Value) : IComparable<Pfn>
{
    /// <inheritdoc/>
    public int CompareTo(Pfn other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="a"/> lies below <paramref name="b"/>.</summary>
    public static bool operator <(Pfn a, Pfn b) => a.Value < b.Value;

    /// <summary>Whether <paramref name="a"/> lies above <paramref name="b"/>.</summary>
    public static bool operator >(Pfn a, Pfn b) => a.Value > b.Value;

    /// <summary>Whether <paramref name="a"/> does not lie above <paramref name="b"/>.</summary>
    public static bool operator <=(Pfn a, Pfn b) => a.Value <= b.Value;

    /// <summary>Whether <paramref name="a"/> does not lie below <paramref name="b"/>.</summary>
    public static bool operator >=(Pfn a, Pfn b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
