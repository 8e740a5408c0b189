using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// Where everything stands on lines that look alike behind the CPU column: the same bytes outside numbers, and numbers of the same widths,
/// inside words too.
/// One masked comparison tells whether a line is of the shape; then each number is at a known place and nothing has to be looked for.
/// </summary>
internal sealed class LineShape
{
    private const int Step = 64;
    private const int Shortest = 32;
    private const byte Literal = 0;
    private const byte Digit = 1;
    private const byte HexDigit = 2;

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
    /// <param name="numbers">Its other numbers and texts, in order, dropped ones too.</param>
    /// <param name="form">Index of the form of its message.</param>
    public LineShape(ReadOnlySpan<byte> line, int stamp, int colon, ReadOnlySpan<ShapeNumber> numbers, int form)
    {
        Length = line.Length;
        Form = form;
        _numbers = Array.FindAll(numbers.ToArray(), static number => number.IsKept);
        _stampEnd = colon;
        int point = line[..colon].LastIndexOf((byte)'.');
        _stampScale = colon - point == 7 ? 1000u : 1;
        _stampOrder = StampOrder(stamp, point, colon);
        byte[] kinds = new byte[line.Length];
        kinds.AsSpan(stamp..colon).Fill(Digit);
        kinds[point] = Literal;
        foreach (ShapeNumber number in numbers)
        {
            Span<byte> places = kinds.AsSpan(number.End - number.Length, number.Length);
            if (number.IsText)
            {
                Mark(line[(number.End - number.Length)..number.End], places);
            }
            else
            {
                places.Fill(number.IsHex ? HexDigit : Digit);
            }
        }
        _pieces = new Piece[(line.Length + Step - 1) / Step];
        Span<byte> padded = stackalloc byte[Step];
        for (int i = 0; i < _pieces.Length; i++)
        {
            int at = i * Step;
            int length = Math.Min(Step, line.Length - at);
            line.Slice(at, length).CopyTo(padded);
            ref Piece piece = ref _pieces[i];
            piece.Bytes = Vector512.Create((ReadOnlySpan<byte>)padded);
            for (int j = 0; j < length; j++)
            {
                ulong bit = 1UL << j;
                piece.Literals |= kinds[at + j] == Literal ? bit : 0;
                piece.Digits |= kinds[at + j] == Literal ? 0 : bit;
                piece.HexDigits |= kinds[at + j] == HexDigit ? bit : 0;
            }
        }
    }

    /// <summary>Bytes of the line behind its CPU column.</summary>
    public int Length { get; }

    /// <summary>Index of the form of its message.</summary>
    public int Form { get; }

    /// <summary>Whether lines of that length can have a shape.</summary>
    public static bool IsPossible(int length) => length is >= Shortest and <= 8 * Shortest;

    /// <summary>Reads lines of a queue as long as they are of this shape.</summary>
    /// <param name="text">First byte of the block.</param>
    /// <param name="next">The line behind each line in its queue, or -1.</param>
    /// <param name="starts">Where each line goes on behind its CPU column.</param>
    /// <param name="ends">Where each line ends.</param>
    /// <param name="line">The first line of the queue that is not read yet.</param>
    /// <param name="to">Rows of the lines.</param>
    /// <param name="rows">Takes the values.</param>
    /// <param name="used">Values taken so far.</param>
    /// <returns>The first line that is of another shape, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int ReadAll(
        ref byte text, ReadOnlySpan<int> next, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, int line, Span<FixedRow> to, FixedRows rows, ref int used)
    {
        int count = _numbers.Length;
        int length = Length;
        while (line >= 0)
        {
            int start = starts[line];
            ref FixedRow row = ref to[line];
            rows.Reserve(used + FieldValues.MaxFields);
            if (ends[line] - start != length || !TryRead(ref Unsafe.Add(ref text, start), start, out row.Stamp, ref rows.Values[used]))
            {
                return line;
            }
            row.Form = Form;
            row.Value = used;
            used += count;
            rows.AddRead(line);
            line = next[line];
        }
        return line;
    }

    /// <summary>Reads a line if it is of this shape.</summary>
    /// <param name="line">The line behind its CPU column, <see cref="Length"/> bytes.</param>
    /// <param name="at">Where that is in the block, for texts.</param>
    /// <param name="stamp">Time, ns.</param>
    /// <param name="values">Where the values go.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ref byte line, int at, out ulong stamp, ref ulong values)
    {
        ulong wrong = 0;
        ref byte at64 = ref line;
        foreach (ref readonly Piece piece in _pieces.AsSpan())
        {
            // What lies behind the line is loaded too, and no mask asks for it.
            Vector512<byte> raw = Vector512.LoadUnsafe(ref at64);
            ulong digits = Vector512.LessThanOrEqual(raw - Vector512.Create((byte)'0'), Vector512.Create((byte)9)).ExtractMostSignificantBits();
            ulong letters = Vector512.LessThanOrEqual(
                (raw | Vector512.Create((byte)0x20)) - Vector512.Create((byte)'a'), Vector512.Create((byte)5)).ExtractMostSignificantBits();
            ulong same = Vector512.Equals(raw, piece.Bytes).ExtractMostSignificantBits();
            wrong |= (piece.Literals & ~same) | (piece.Digits & ~(digits | (letters & piece.HexDigits)));
            at64 = ref Unsafe.Add(ref at64, Step);
        }
        stamp = 0;
        if (wrong != 0)
        {
            return false;
        }
        Vector128<byte> tail = Vector128.LoadUnsafe(ref Unsafe.Add(ref line, _stampEnd - 16)) - Vector128.Create((byte)'0');
        stamp = Sixteen(Ssse3.Shuffle(tail, _stampOrder)) * _stampScale;
        foreach (ref readonly ShapeNumber number in _numbers.AsSpan())
        {
            if (number.IsText)
            {
                values = ((ulong)(at + number.End - number.Length) << 32) | (uint)number.Length;
            }
            else
            {
                Vector128<byte> raw = Vector128.LoadUnsafe(ref Unsafe.Add(ref line, number.End - 16))
                    & Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(LastBytes), (nuint)number.Length);
                values = number.IsHex ? Hex(raw) : Sixteen(raw & Vector128.Create((byte)0x0F));
            }
            values = ref Unsafe.Add(ref values, 1);
        }
        return true;
    }

    // A word ends at the same place whatever its digits are. What is all hex digits is a pointer or a size; elsewhere letters are taken as they are.
    private static void Mark(ReadOnlySpan<byte> word, Span<byte> kinds)
    {
        int from = word.StartsWith("0x"u8) ? 2 : 0;
        bool hex = word.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;
        foreach (byte b in word[from..])
        {
            hex &= char.IsAsciiHexDigit((char)b);
        }
        for (int i = from; i < word.Length; i++)
        {
            kinds[i] = hex ? HexDigit : char.IsAsciiDigit((char)word[i]) ? Digit : Literal;
        }
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
        public Vector512<byte> Bytes;
        public ulong Literals;
        public ulong Digits;
        public ulong HexDigits;
    }
}

/// <summary>A number on a line of a shape, or a text.</summary>
/// <param name="End">First byte behind it.</param>
/// <param name="Length">Its bytes; 1 to 16 for a number.</param>
/// <param name="IsHex">Whether letters may occur.</param>
/// <param name="IsKept">Whether it is a value of the form.</param>
/// <param name="IsText">Whether the value is start and length of a text.</param>
internal readonly record struct ShapeNumber(int End, int Length, bool IsHex, bool IsKept, bool IsText = false);
