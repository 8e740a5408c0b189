using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>Numbers of fixed grammars, sixteen digits at once. Bytes behind the number must be readable; see <see cref="LineBlock.Slack"/>.</summary>
internal static class FormNumbers
{
    /// <summary>Whether this machine has what the vector forms need; without, every line takes the slow readers.</summary>
    public static bool IsSupported => Ssse3.IsSupported && Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian;

    /// <summary>Reads hexadecimal digits.</summary>
    /// <returns>How many, 1 to 16; 0 when there are none or more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hex(ref byte text, out ulong value)
    {
        Vector128<byte> raw = Vector128.LoadUnsafe(ref text);
        Vector128<byte> digit = raw - Vector128.Create((byte)'0');
        Vector128<byte> letter = (raw | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
        Vector128<byte> isDigit = Vector128.LessThanOrEqual(digit, Vector128.Create((byte)9));
        Vector128<byte> isLetter = Vector128.LessThanOrEqual(letter, Vector128.Create((byte)5));
        uint mask = (isDigit | isLetter).ExtractMostSignificantBits();
        int length = BitOperations.TrailingZeroCount(~mask);
        Vector128<byte> nibbles = Vector128.ConditionalSelect(isDigit, digit, letter + Vector128.Create((byte)10));
        // Index i of the result takes digit i - (16 - length); indices below that have the high bit set and become 0.
        Vector128<byte> order = Vector128<byte>.Indices - Vector128.Create((byte)(16 - length));
        Vector128<byte> right = Ssse3.Shuffle(nibbles, order);
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(right, Vector128.Create(0x0110_0110_0110_0110, 0x0110_0110_0110_0110).AsSByte());
        Vector128<byte> bytes = Sse2.PackUnsignedSaturate(pairs, pairs);
        value = BinaryPrimitives.ReverseEndianness(bytes.AsUInt64().ToScalar());
        return length < 16 || !IsHex(Unsafe.Add(ref text, 16)) ? length : 0;
    }

    /// <summary>Reads decimal digits.</summary>
    /// <returns>How many, 1 to 18; 0 when there are none or more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decimal(ref byte text, out ulong value)
    {
        uint digit = (uint)(text - '0');
        value = 0;
        int length = 0;
        while (digit <= 9 && length < 19)
        {
            value = (value * 10) + digit;
            length++;
            digit = (uint)(Unsafe.Add(ref text, length) - '0');
        }
        return length < 19 ? length : 0;
    }

    /// <summary>Reads a stamp of whole seconds, a point, six or nine digits and a colon.</summary>
    /// <param name="text">Its first byte, no blank; at least 16 bytes before it are readable.</param>
    /// <param name="stamp">ns.</param>
    /// <returns>Bytes before the colon; 0 when it has another form or does not fit sixteen digits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Stamp(ref byte text, out ulong stamp)
    {
        Vector256<byte> raw = Vector256.LoadUnsafe(ref text);
        uint digits = Vector256.LessThanOrEqual(raw - Vector256.Create((byte)'0'), Vector256.Create((byte)9)).ExtractMostSignificantBits();
        int point = BitOperations.TrailingZeroCount(~digits);
        uint fraction = digits >> point >> 1;
        int count = BitOperations.TrailingZeroCount(~fraction);
        int colon = point + 1 + count;
        stamp = 0;
        if (Unsafe.Add(ref text, point & 31) != '.' || Unsafe.Add(ref text, colon & 31) != ':' || point == 0)
        {
            return 0;
        }
        // Sixteen bytes up to the colon: seconds, point, fraction. The point is closed up, what stands before the seconds becomes 0.
        Vector128<byte> tail = Vector128.LoadUnsafe(ref Unsafe.Add(ref text, colon - 16)) - Vector128.Create((byte)'0');
        ulong scale;
        Vector128<byte> order;
        if (count == 6 && point <= 9)
        {
            order = Vector128.Create(0xFF, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, (byte)15);
            scale = 1000;
        }
        else if (count == 9 && point <= 6)
        {
            order = Vector128.Create(0xFF, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, (byte)15);
            scale = 1;
        }
        else
        {
            return 0;
        }
        Vector128<byte> ordered = Ssse3.Shuffle(tail, order);
        ordered &= Vector128.GreaterThanOrEqual(Vector128<byte>.Indices, Vector128.Create((byte)(17 - colon)));
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(ordered, Vector128.Create(0x010A_010A_010A_010A, 0x010A_010A_010A_010A).AsSByte());
        Vector128<int> fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064_0001_0064, 0x0001_0064_0001_0064).AsInt16());
        Vector128<short> packed = Sse2.PackSignedSaturate(fours, fours);
        Vector128<int> eights = Sse2.MultiplyAddAdjacent(packed, Vector128.Create(0x0001_2710_0001_2710, 0x0001_2710_0001_2710).AsInt16());
        ulong both = eights.AsUInt64().ToScalar();
        stamp = (((both & uint.MaxValue) * 100_000_000) + (both >> 32)) * scale;
        return colon;
    }

    private static bool IsHex(byte b) => (uint)(b - '0') <= 9 || (uint)((b | 0x20) - 'a') <= 5;
}
