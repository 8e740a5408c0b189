namespace SecondLook.Contracts.Addresses;

/// <summary>A guest frame number: guest physical address divided by the page size (4096 bytes).</summary>
/// <param name="Value">The frame number, pages.</param>
public readonly record struct Gfn(ulong Value) : IComparable<Gfn>
{
    /// <inheritdoc/>
    public int CompareTo(Gfn other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="a"/> lies below <paramref name="b"/>.</summary>
    public static bool operator <(Gfn a, Gfn b) => a.Value < b.Value;

    /// <summary>Whether <paramref name="a"/> lies above <paramref name="b"/>.</summary>
    public static bool operator >(Gfn a, Gfn b) => a.Value > b.Value;

    /// <summary>Whether <paramref name="a"/> does not lie above <paramref name="b"/>.</summary>
    public static bool operator <=(Gfn a, Gfn b) => a.Value <= b.Value;

    /// <summary>Whether <paramref name="a"/> does not lie below <paramref name="b"/>.</summary>
    public static bool operator >=(Gfn a, Gfn b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
