using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>An unpacked page, or a chunk as it lies in the file, in memory that is used again.</summary>
internal sealed class PageBuffer
{
    /// <summary>The bytes; more than <see cref="Length"/>, so that unpacking may load whole words behind the end.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>How many of them count.</summary>
    public int Length { get; private set; }

    /// <summary>Makes room and clears the slack.</summary>
    public Span<byte> Begin(int length)
    {
        if (Bytes.Length < length + ByteBuffer.Slack)
        {
            Bytes = new byte[length + ByteBuffer.Slack];
        }
        Length = length;
        Bytes.AsSpan(length, ByteBuffer.Slack).Clear();
        return Bytes.AsSpan(0, length);
    }
}
