using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecondLook.Ingest.Text;

/// <summary>Reads the fields of one printed message from left to right. Every read either succeeds and moves on, or fails and stays.</summary>
public ref struct FieldCursor
{
    private ReadOnlySpan<byte> _rest;
    private readonly int _slack;

    /// <summary>Begins at the start of a message.</summary>
    /// <param name="text">The message, bytes as printed, without the newline.</param>
    /// <param name="slack">Bytes behind it that may be read too, so that short numbers at its end can be loaded as one vector; the first
    /// of them is no hex digit.</param>
    public FieldCursor(ReadOnlySpan<byte> text, int slack = 0)
    {
        _rest = text;
        _slack = slack;
    }

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Whether a number had more than 64 bits, or a sign where none may be.</summary>
    public bool BadNumber { get; private set; }

    /// <summary>Reads exactly <paramref name="literal"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Skip(ReadOnlySpan<byte> literal)
    {
        if (!_rest.StartsWith(literal))
        {
            return false;
        }
        _rest = _rest[literal.Length..];
        return true;
    }

    /// <summary>Reads blanks, any number of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipBlanks()
    {
        int i = 0;
        while (i < _rest.Length && _rest[i] == ' ')
        {
            i++;
        }
        _rest = _rest[i..];
    }

    /// <summary>Reads everything that is left.</summary>
    public ReadOnlySpan<byte> TakeRest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = default;
        return rest;
    }

    /// <summary>Reads up to the next blank or comma, or to the end.</summary>
    public ReadOnlySpan<byte> Word()
    {
        int end = _rest.IndexOfAny((byte)' ', (byte)',');
        ReadOnlySpan<byte> word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return word;
    }

    /// <summary>Reads a hexadecimal number of up to 64 bits, with or without <c>0x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHex(out ulong value) => TryHex(out value, out _);

    /// <summary>Reads a hexadecimal number of up to 64 bits.</summary>
    /// <param name="value">The number.</param>
    /// <param name="prefixed">Whether <c>0x</c> stood before it.</param>
    public bool TryHex(out ulong value, out bool prefixed)
    {
        ReadOnlySpan<byte> text = _rest;
        prefixed = text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
        if (prefixed)
        {
            text = text[2..];
        }
        int length = Ssse3.IsSupported && text.Length + _slack >= 16 && !text.IsEmpty
            ? ParseHex16(MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(text), Math.Max(16, text.Length)), out value)
            : ParseHexSlow(text, out value);
        if (length <= 0)
        {
            BadNumber |= length < 0 || (!text.IsEmpty && text[0] == '-');
            return false;
        }
        _rest = text[length..];
        return true;
    }

    /// <summary>Reads an unsigned decimal number of up to 64 bits.</summary>
    public bool TryDecimal(out ulong value)
    {
        ReadOnlySpan<byte> text = _rest;
        value = 0;
        int i = 0;
        while (i < text.Length && (uint)(text[i] - '0') <= 9)
        {
            ulong digit = (uint)(text[i] - '0');
            if (i >= 19 && (value > ulong.MaxValue / 10 || (value == ulong.MaxValue / 10 && digit > ulong.MaxValue % 10)))
            {
                BadNumber = true;
                return false;
            }
            value = value * 10 + digit;
            i++;
        }
        if (i == 0)
        {
            BadNumber |= !text.IsEmpty && text[0] == '-';
            return false;
        }
        _rest = text[i..];
        return true;
    }

    /// <summary>Reads a signed decimal number.</summary>
    public bool TrySigned(out long value)
    {
        bool negative = !_rest.IsEmpty && _rest[0] == '-';
        ReadOnlySpan<byte> before = _rest;
        if (negative)
        {
            _rest = _rest[1..];
        }
        if (!TryDecimal(out ulong magnitude) || magnitude > (ulong)long.MaxValue + (negative ? 1u : 0u))
        {
            BadNumber |= magnitude > long.MaxValue;
            _rest = before;
            value = 0;
            return false;
        }
        value = negative ? unchecked(-(long)magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Length of the run of hex digits at the start of <paramref name="text"/> and its value, a digit at a time; also the twin that
    /// the vector form is tested against.</summary>
    /// <returns>0 when there is none, -1 when the number has more than 64 bits.</returns>
    internal static int ParseHexSlow(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        int i = 0;
        int significant = 0;
        for (; i < text.Length; i++)
        {
            int digit = HexDigit(text[i]);
            if (digit < 0)
            {
                break;
            }
            significant += significant > 0 || digit != 0 ? 1 : 0;
            value = (value << 4) | (uint)digit;
        }
        return significant > 16 ? -1 : i;
    }

    // Sixteen bytes at once: classify, count the digits with the mask, move them to the right end, join pairs of nibbles.
    internal static int ParseHex16(ReadOnlySpan<byte> text, out ulong value)
    {
        Vector128<byte> raw = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(text));
        Vector128<byte> lower = raw | Vector128.Create((byte)0x20);
        Vector128<byte> asDigit = raw - Vector128.Create((byte)'0');
        Vector128<byte> asLetter = lower - Vector128.Create((byte)'a');
        Vector128<byte> isDigit = Vector128.LessThanOrEqual(asDigit, Vector128.Create((byte)9));
        Vector128<byte> isLetter = Vector128.LessThanOrEqual(asLetter, Vector128.Create((byte)5));
        uint mask = (isDigit | isLetter).ExtractMostSignificantBits();
        int length = BitOperations.TrailingZeroCount(~mask);
        if (length >= 16)
        {
            return text.Length > 16 && HexDigit(text[16]) >= 0 ? ParseHexSlow(text, out value) : Join(asDigit, asLetter, isDigit, 16, out value);
        }
        if (length == 0)
        {
            value = 0;
            return 0;
        }
        return Join(asDigit, asLetter, isDigit, length, out value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Join(Vector128<byte> asDigit, Vector128<byte> asLetter, Vector128<byte> isDigit, int length, out ulong value)
    {
        Vector128<byte> nibbles = Vector128.ConditionalSelect(isDigit, asDigit, asLetter + Vector128.Create((byte)10));
        // Index i of the result takes digit i - (16 - length); indices below that have the high bit set and become 0.
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) - Vector128.Create((byte)(16 - length));
        Vector128<byte> right = Ssse3.Shuffle(nibbles, order);
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(right, Vector128.Create((sbyte)16, 1, 16, 1, 16, 1, 16, 1, 16, 1, 16, 1, 16, 1, 16, 1));
        Vector128<byte> bytes = Sse2.PackUnsignedSaturate(pairs, pairs);
        value = BinaryPrimitivesReverse(bytes.AsUInt64().ToScalar());
        return length;
    }

    private static ulong BinaryPrimitivesReverse(ulong value) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);

    private static int HexDigit(byte b) => (uint)(b - '0') <= 9 ? b - '0' : (uint)((b | 0x20) - 'a') <= 5 ? (b | 0x20) - 'a' + 10 : -1;
}
