using System.Buffers.Binary;
using System.Numerics;

namespace SecondLook.Parquet.Encodings;

/// <summary>A growing byte array that is reused page after page, so that pages cost no allocation.</summary>
internal sealed class ByteBuffer
{
    /// <summary>Bytes behind every reservation that may be overwritten, so that packers can store whole words.</summary>
    public const int Slack = 64;

    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>
    /// Hands out free space of at least <paramref name="count"/> + <see cref="Slack"/> bytes; <see cref="Commit"/> takes it.
    /// </summary>
    public Span<byte> Reserve(int count)
    {
        long needed = (long)Length + count + Slack;
        if (needed > _bytes.Length)
        {
            if (needed > Array.MaxLength)
            {
                throw new InvalidOperationException($"A page of more than {Array.MaxLength} bytes cannot be built; use fewer rows a page.");
            }
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 2L)));
        }
        return _bytes.AsSpan(Length);
    }

    /// <summary>Counts bytes that were written into reserved space.</summary>
    public void Commit(int count) => Length += count;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends a byte array behind its length, as PLAIN has it.</summary>
    public void AppendByteArray(ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = Reserve(4 + bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(room, bytes.Length);
        bytes.CopyTo(room[4..]);
        Length += 4 + bytes.Length;
    }

    /// <summary>Drops what was written after a place.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Appends one byte.</summary>
    public void AppendByte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Appends a 32-bit number, little endian.</summary>
    public void AppendInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    /// <summary>Overwrites a 32-bit number at a place already written.</summary>
    public void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at, 4), value);

    /// <summary>Appends an unsigned number, seven bits a byte.</summary>
    public void AppendVarint(ulong value)
    {
        Span<byte> room = Reserve(10);
        int n = 0;
        while (value >= 0x80)
        {
            room[n++] = (byte)(value | 0x80);
            value >>= 7;
        }
        room[n++] = (byte)value;
        Length += n;
    }

    /// <summary>Appends a signed number so that small magnitudes are short.</summary>
    public void AppendZigZag(long value) => AppendVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>How many bits the number needs.</summary>
    public static int BitsOf(ulong value) => 64 - BitOperations.LeadingZeroCount(value);
}
