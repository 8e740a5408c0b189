using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// Where everything stands on lines that look alike behind the CPU column: the same bytes outside numbers, and numbers of the same widths.
/// One masked comparison tells whether a line is of the shape; then each number is at a known place and nothing has to be looked for.
/// </summary>
internal sealed class LineShape
{
    private const int Step = 32;

    // Sliding over this table gives a mask of the last n of 16 bytes.
    private static ReadOnlySpan<byte> LastBytes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    private readonly Piece[] _pieces;
    private readonly ShapeNumber[] _numbers;
    private readonly Vector128<byte> _stampOrder;
    private readonly ulong _stampScale;
    private readonly int _stampEnd;

    /// <summary>Takes the shape of a line that was read.</summary>
    /// <param name="line">The line behind its CPU column.</param>
    /// <param name="stamp">Where the time begins.</param>
    /// <param name="colon">Where it ends.</param>
    /// <param name="numbers">Its other numbers, in order, dropped ones too.</param>
    /// <param name="form">Index of the form of its message.</param>
    public LineShape(ReadOnlySpan<byte> line, int stamp, int colon, ReadOnlySpan<ShapeNumber> numbers, int form)
    {
        Length = line.Length;
        Form = form;
        _numbers = numbers.ToArray();
        _stampEnd = colon;
        int point = line[..colon].LastIndexOf((byte)'.');
        _stampScale = colon - point == 7 ? 1000u : 1;
        _stampOrder = StampOrder(stamp, point, colon);
        byte[] digit = new byte[line.Length];
        byte[] letter = new byte[line.Length];
        digit.AsSpan(stamp..colon).Fill(0xFF);
        digit[point] = 0;
        foreach (ShapeNumber number in numbers)
        {
            digit.AsSpan(number.End - number.Length, number.Length).Fill(0xFF);
            letter.AsSpan(number.End - number.Length, number.Length).Fill(number.IsHex ? (byte)0xFF : (byte)0);
        }
        _pieces = new Piece[(line.Length + Step - 1) / Step];
        for (int i = 0; i < _pieces.Length; i++)
        {
            // The last piece ends with the line, so that it never looks beyond.
            int at = Math.Min(i * Step, line.Length - Step);
            _pieces[i] = new Piece
            {
                At = at,
                Bytes = Vector256.Create(line.Slice(at, Step)),
                Digit = Vector256.Create((ReadOnlySpan<byte>)digit.AsSpan(at, Step)),
                Letter = Vector256.Create((ReadOnlySpan<byte>)letter.AsSpan(at, Step)),
            };
        }
    }

    /// <summary>Bytes of the line behind its CPU column.</summary>
    public int Length { get; }

    /// <summary>Index of the form of its message.</summary>
    public int Form { get; }

    /// <summary>Whether lines of that length can have a shape.</summary>
    public static bool IsPossible(int length) => length is >= Step and <= 8 * Step;

    /// <summary>Reads a line if it is of this shape.</summary>
    /// <param name="line">The line behind its CPU column, <see cref="Length"/> bytes.</param>
    /// <param name="stamp">Time, ns.</param>
    /// <param name="values">Where the values go.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ref byte line, out ulong stamp, ref ulong values)
    {
        Vector256<byte> wrong = Vector256<byte>.Zero;
        foreach (ref readonly Piece piece in _pieces.AsSpan())
        {
            Vector256<byte> raw = Vector256.LoadUnsafe(ref line, (nuint)piece.At);
            Vector256<byte> isDigit = Vector256.LessThanOrEqual(raw - Vector256.Create((byte)'0'), Vector256.Create((byte)9));
            Vector256<byte> isLetter = Vector256.LessThanOrEqual(
                (raw | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)5));
            wrong |= Vector256.ConditionalSelect(piece.Digit, ~(isDigit | (isLetter & piece.Letter)), raw ^ piece.Bytes);
        }
        stamp = 0;
        if (wrong != Vector256<byte>.Zero)
        {
            return false;
        }
        Vector128<byte> tail = Vector128.LoadUnsafe(ref Unsafe.Add(ref line, _stampEnd - 16)) - Vector128.Create((byte)'0');
        stamp = Sixteen(Ssse3.Shuffle(tail, _stampOrder)) * _stampScale;
        foreach (ref readonly ShapeNumber number in _numbers.AsSpan())
        {
            if (!number.IsKept)
            {
                continue;
            }
            Vector128<byte> raw = Vector128.LoadUnsafe(ref Unsafe.Add(ref line, number.End - 16))
                & Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(LastBytes), (nuint)number.Length);
            values = number.IsHex ? Hex(raw) : Sixteen(raw & Vector128.Create((byte)0x0F));
            values = ref Unsafe.Add(ref values, 1);
        }
        return true;
    }

    // Bytes that were masked off are 0 and stay 0. Letters have bit 6, and their low four bits are 9 less than their value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hex(Vector128<byte> raw)
    {
        Vector128<ushort> letter = (raw & Vector128.Create((byte)0x40)).AsUInt16();
        Vector128<byte> nibbles = (raw & Vector128.Create((byte)0x0F)) + ((letter >> 3) | (letter >> 6)).AsByte();
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(nibbles, Vector128.Create((short)0x0110).AsSByte());
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Sse2.PackUnsignedSaturate(pairs, pairs).AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Sixteen(Vector128<byte> digits)
    {
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(digits, Vector128.Create((short)0x010A).AsSByte());
        Vector128<int> fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064).AsInt16());
        Vector128<short> packed = Sse2.PackSignedSaturate(fours, fours);
        ulong both = Sse2.MultiplyAddAdjacent(packed, Vector128.Create(0x0001_2710).AsInt16()).AsUInt64().ToScalar();
        return ((both & uint.MaxValue) * 100_000_000) + (both >> 32);
    }

    // Sixteen bytes up to the colon become sixteen digits: the point is closed up, what stands before the seconds becomes 0.
    private static Vector128<byte> StampOrder(int stamp, int point, int colon)
    {
        Span<byte> order = stackalloc byte[16];
        order.Fill(0xFF);
        int to = 15;
        for (int at = colon - 1; at >= stamp; at--)
        {
            if (at != point)
            {
                order[to--] = (byte)(16 - colon + at);
            }
        }
        return Vector128.Create((ReadOnlySpan<byte>)order);
    }

    private struct Piece
    {
        public Vector256<byte> Bytes;
        public Vector256<byte> Digit;
        public Vector256<byte> Letter;
        public int At;
    }
}

/// <summary>A number on a line of a shape.</summary>
/// <param name="End">First byte behind it.</param>
/// <param name="Length">Digits, 1 to 16.</param>
/// <param name="IsHex">Whether letters may occur.</param>
/// <param name="IsKept">Whether it is a value of the form.</param>
internal readonly record struct ShapeNumber(int End, int Length, bool IsHex, bool IsKept);
