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
    public const int GroupsPerBlock = BlockValues / BitPacking.GroupValues;

    private const int GroupValues = BitPacking.GroupValues;
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
        if (later.Length == BlockValues && earlier.Length == BlockValues && deltas.Length == BlockValues)
        {
            // Two at a time: a minimum of 64-bit numbers takes as long as three others.
            ref T to = ref MemoryMarshal.GetReference(deltas);
            ref T minuend = ref MemoryMarshal.GetReference(later);
            ref T subtrahend = ref MemoryMarshal.GetReference(earlier);
            Vector256<T> lowest = Vector256.Create(least);
            Vector256<T> lowest1 = lowest;
            for (; i < BlockValues; i += 2 * Vector256<T>.Count)
            {
                nuint at = (nuint)i;
                nuint next = (nuint)(i + Vector256<T>.Count);
                Vector256<T> delta = Vector256.LoadUnsafe(ref minuend, at) - Vector256.LoadUnsafe(ref subtrahend, at);
                Vector256<T> delta1 = Vector256.LoadUnsafe(ref minuend, next) - Vector256.LoadUnsafe(ref subtrahend, next);
                delta.StoreUnsafe(ref to, at);
                delta1.StoreUnsafe(ref to, next);
                lowest = Vector256.Min(lowest, delta);
                lowest1 = Vector256.Min(lowest1, delta1);
            }
            return Least(Vector256.Min(lowest, lowest1));
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
            ReadOnlySpan<TUnsigned> numbers = MemoryMarshal.Cast<T, TUnsigned>(deltas.Slice(group * GroupValues, GroupValues));
            TUnsigned lowest = TUnsigned.CreateTruncating(least);
            int width = ByteBuffer.BitsOf(ulong.CreateTruncating(Union(numbers, lowest)));
            width = (width + rounding) & ~rounding;
            widths[group] = (byte)width;
            if (width > 0)
            {
                written += BitPacking.Pack(numbers, lowest, width, packed[written..]);
            }
        }
        output.Commit(GroupsPerBlock + written);
    }

    /// <summary>All bits that differences have when the least one is subtracted.</summary>
    private static T Union<T>(ReadOnlySpan<T> part, T least)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector256<T> union = Vector256<T>.Zero;
        Vector256<T> lowest = Vector256.Create(least);
        ref T first = ref MemoryMarshal.GetReference(part[..GroupValues]);
        for (nuint i = 0; i < GroupValues; i += (nuint)Vector256<T>.Count)
        {
            union |= Vector256.LoadUnsafe(ref first, i) - lowest;
        }
        Vector128<T> half = union.GetLower() | union.GetUpper();
        T bits = half.GetElement(0) | half.GetElement(1);
        return Unsafe.SizeOf<T>() == 8 ? bits : bits | half.GetElement(2) | half.GetElement(3);
    }
}
