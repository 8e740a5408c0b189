using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Parquet.Encodings;

/// <summary>Writes DELTA_BINARY_PACKED: blocks of 128 differences, each in four groups with a width of their own.</summary>
/// <remarks>
/// Differences wrap around at the width of the type, as the format wants; so 32-bit columns never need more than 32 bits a value.
/// Widths may be rounded up to whole nibbles: equal differences then look alike wherever they lie, and a codec makes more of that than the bits cost.
/// </remarks>
internal sealed class DeltaEncoder
{
    /// <summary>Differences in a block.</summary>
    public const int BlockValues = 128;

    /// <summary>Groups in a block.</summary>
    public const int GroupsPerBlock = 4;

    private const int GroupValues = BlockValues / GroupsPerBlock;
    private readonly long[] _scratch = new long[BlockValues];

    /// <summary>Appends the encoded values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="nibbles">Whether widths are rounded up to whole nibbles.</param>
    /// <param name="output">Receives them.</param>
    public void Encode(ReadOnlySpan<long> values, bool nibbles, ByteBuffer output) => Encode<long, ulong>(values, _scratch, nibbles, output);

    /// <summary>Appends the encoded values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="nibbles">Whether widths are rounded up to whole nibbles.</param>
    /// <param name="output">Receives them.</param>
    public void Encode(ReadOnlySpan<int> values, bool nibbles, ByteBuffer output) =>
        Encode<int, uint>(values, MemoryMarshal.Cast<long, int>(_scratch.AsSpan())[..BlockValues], nibbles, output);

    private static void Encode<T, TUnsigned>(ReadOnlySpan<T> values, Span<T> deltas, bool nibbles, ByteBuffer output)
        where T : unmanaged, IBinaryInteger<T>
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>
    {
        output.AppendVarint(BlockValues);
        output.AppendVarint(GroupsPerBlock);
        output.AppendVarint((ulong)values.Length);
        output.AppendZigZag(values.IsEmpty ? 0 : long.CreateTruncating(values[0]));
        for (int start = 1; start < values.Length; start += BlockValues)
        {
            int count = Math.Min(BlockValues, values.Length - start);
            T least = Subtract(values.Slice(start, count), values.Slice(start - 1, count), deltas);
            // What fills the last block must not widen it: a difference equal to the least one packs as zero.
            deltas[count..].Fill(least);
            Block<T, TUnsigned>(deltas, least, nibbles ? 3 : 0, output);
        }
    }

    /// <summary>Stores later minus earlier and returns the least difference.</summary>
    private static T Subtract<T>(ReadOnlySpan<T> later, ReadOnlySpan<T> earlier, Span<T> deltas)
        where T : unmanaged, IBinaryInteger<T>
    {
        int i = 0;
        T least = unchecked(later[0] - earlier[0]);
        if (later.Length >= Vector256<T>.Count)
        {
            Vector256<T> lowest = Vector256.Create(least);
            for (; i <= later.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                Vector256<T> delta = Vector256.Create(later[i..]) - Vector256.Create(earlier[i..]);
                delta.CopyTo(deltas[i..]);
                lowest = Vector256.Min(lowest, delta);
            }
            least = Least(lowest);
        }
        for (; i < later.Length; i++)
        {
            T delta = unchecked(later[i] - earlier[i]);
            deltas[i] = delta;
            least = T.Min(least, delta);
        }
        return least;
    }

    private static T Least<T>(Vector256<T> lanes)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector128<T> half = Vector128.Min(lanes.GetLower(), lanes.GetUpper());
        T least = T.Min(half.GetElement(0), half.GetElement(1));
        return Unsafe.SizeOf<T>() == 8 ? least : T.Min(least, T.Min(half.GetElement(2), half.GetElement(3)));
    }

    private static void Block<T, TUnsigned>(Span<T> deltas, T least, int rounding, ByteBuffer output)
        where T : unmanaged, IBinaryInteger<T>
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>
    {
        output.AppendZigZag(long.CreateTruncating(least));
        Span<byte> widths = output.Reserve(GroupsPerBlock + (GroupsPerBlock * GroupValues * Unsafe.SizeOf<T>()));
        Span<byte> packed = widths[GroupsPerBlock..];
        int written = 0;
        for (int group = 0; group < GroupsPerBlock; group++)
        {
            Span<T> part = deltas.Slice(group * GroupValues, GroupValues);
            int width = ByteBuffer.BitsOf(ulong.CreateTruncating(TUnsigned.CreateTruncating(Rebase(part, least))));
            width = (width + rounding) & ~rounding;
            widths[group] = (byte)width;
            if (width > 0)
            {
                ReadOnlySpan<TUnsigned> numbers = MemoryMarshal.Cast<T, TUnsigned>(part);
                written += BitPacking.Pack(numbers, width, packed[written..]);
            }
        }
        output.Commit(GroupsPerBlock + written);
    }

    /// <summary>Subtracts the least difference in place and returns the union of all bits that are left.</summary>
    private static T Rebase<T>(Span<T> part, T least)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector256<T> union = Vector256<T>.Zero;
        Vector256<T> lowest = Vector256.Create(least);
        for (int i = 0; i < part.Length; i += Vector256<T>.Count)
        {
            Vector256<T> relative = Vector256.Create<T>(part[i..]) - lowest;
            relative.CopyTo(part[i..]);
            union |= relative;
        }
        Vector128<T> half = union.GetLower() | union.GetUpper();
        T bits = half.GetElement(0) | half.GetElement(1);
        return Unsafe.SizeOf<T>() == 8 ? bits : bits | half.GetElement(2) | half.GetElement(3);
    }
}
