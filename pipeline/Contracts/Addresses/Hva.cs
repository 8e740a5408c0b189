namespace SecondLook.Contracts.Addresses;

/// <summary>A host user virtual address: an address in the VMM's own address space, in bytes.</summary>
/// <param name="Value">The address, bytes.</param>
public readonly record struct Hva(ulong Value) : IComparable<Hva>
{
    /// <inheritdoc/>
    public int CompareTo(Hva other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="a"/> lies below <paramref name="b"/>.</summary>
    public static bool operator <(Hva a, Hva b) => a.Value < b.Value;

    /// <summary>Whether <paramref name="a"/> lies above <paramref name="b"/>.</summary>
    public static bool operator >(Hva a, Hva b) => a.Value > b.Value;

    /// <summary>Whether <paramref name="a"/> does not lie above <paramref name="b"/>.</summary>
    public static bool operator <=(Hva a, Hva b) => a.Value <= b.Value;

    /// <summary>Whether <paramref name="a"/> does not lie below <paramref name="b"/>.</summary>
    public static bool operator >=(Hva a, Hva b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
