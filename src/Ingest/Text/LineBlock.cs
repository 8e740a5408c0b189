using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest.Text;

/// <summary>What stands behind the whole lines of a block.</summary>
internal enum BlockTail
{
    /// <summary>Nothing, or the beginning of a line that goes on in the next block.</summary>
    None,

    /// <summary>The last line of the input, which no newline ends.</summary>
    LastLine,

    /// <summary>The beginning of a line that is too long; the rest of it is skipped.</summary>
    LongLine,
}

/// <summary>Some whole lines of an input, where each ends, and what the fixed grammars found in them.</summary>
/// <param name="capacity">Most bytes that the block holds.</param>
internal sealed class LineBlock(int capacity = LineBlock.UsualCapacity)
{
    /// <summary>Readable bytes behind the last line, so that vectors may be loaded at any byte of it.</summary>
    public const int Slack = 64;

    /// <summary>Most bytes that a block holds as a rule: few enough to stay in the cache between reading and parsing.</summary>
    public const int UsualCapacity = 1 << 17;

    private int[] _ends = new int[1 << 12];

    /// <summary>The bytes.</summary>
    public byte[] Buffer { get; } = new byte[capacity + Slack];

    /// <summary>Most bytes that the block holds.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Where the first line begins in <see cref="Buffer"/>.</summary>
    public int Start { get; set; }

    /// <summary>Where the whole lines end.</summary>
    public int End { get; set; }

    /// <summary>Offset of <see cref="Buffer"/>'s first byte in the unpacked input.</summary>
    public long Offset { get; set; }

    /// <summary>Whether a byte-order mark stood before the first line.</summary>
    public bool HasMark { get; set; }

    /// <summary>Whether some byte is 0.</summary>
    public bool HasNul { get; private set; }

    /// <summary>Number of whole lines.</summary>
    public int LineCount { get; private set; }

    /// <summary>What is behind them.</summary>
    public BlockTail Tail { get; set; }

    /// <summary>Where <see cref="Tail"/> begins.</summary>
    public int TailStart { get; set; }

    /// <summary>Bytes of <see cref="Tail"/>.</summary>
    public int TailLength { get; set; }

    /// <summary>Whether the input ends here.</summary>
    public bool IsLast { get; set; }

    /// <summary>Why the input ends here before its end, or null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What the fixed grammars found, a row a line; empty where no such grammar was tried.</summary>
    public FixedRows Rows { get; } = new();

    /// <summary>Where the newline of each line is.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, LineCount);

    /// <summary>Forgets the block before.</summary>
    public void Reset(long offset)
    {
        Start = 0;
        End = 0;
        Offset = offset;
        HasMark = false;
        HasNul = false;
        LineCount = 0;
        Tail = BlockTail.None;
        TailLength = 0;
        IsLast = false;
        Failure = null;
        Rows.Clear();
    }

    /// <summary>Finds the ends of all lines and whether there are NUL bytes, both in one pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindLines()
    {
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(Buffer);
        Vector256<byte> newline = Vector256.Create((byte)'\n');
        Vector256<byte> nul = Vector256<byte>.Zero;
        int[] ends = _ends;
        int count = 0;
        int at = Start;
        for (; at + 64 <= End; at += 64)
        {
            Vector256<byte> low = Vector256.LoadUnsafe(ref bytes, (nuint)at);
            Vector256<byte> high = Vector256.LoadUnsafe(ref bytes, (nuint)at + 32);
            nul |= Vector256.Equals(low, Vector256<byte>.Zero) | Vector256.Equals(high, Vector256<byte>.Zero);
            ulong mask = Vector256.Equals(low, newline).ExtractMostSignificantBits()
                | ((ulong)Vector256.Equals(high, newline).ExtractMostSignificantBits() << 32);
            if (count + 64 > ends.Length)
            {
                Array.Resize(ref ends, ends.Length * 2);
            }
            // Lines are longer than that as a rule: the first end is written whether there is one or not, which costs no guess.
            ends[count] = at + BitOperations.TrailingZeroCount(mask);
            if ((mask & (mask - 1)) == 0)
            {
                count += mask != 0 ? 1 : 0;
                continue;
            }
            for (; mask != 0; mask &= mask - 1)
            {
                ends[count++] = at + BitOperations.TrailingZeroCount(mask);
            }
        }
        HasNul = nul != Vector256<byte>.Zero;
        for (; at < End; at++)
        {
            byte last = Unsafe.Add(ref bytes, at);
            HasNul |= last == 0;
            if (last == '\n')
            {
                if (count == ends.Length)
                {
                    Array.Resize(ref ends, ends.Length * 2);
                }
                ends[count++] = at;
            }
        }
        _ends = ends;
        LineCount = count;
    }
}
