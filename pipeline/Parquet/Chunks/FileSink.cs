using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>A forward-only stream with a position of its own and a buffer, so that tiny pages cost no system call each.</summary>
internal sealed class FileSink(Stream output)
{
    private const int FlushBytes = 1 << 20;
    private readonly ByteBuffer _pending = new();
    private long _flushed;

    /// <summary>Bytes written so far, that is the offset of the next one in the file.</summary>
    public long Position => _flushed + _pending.Length;

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_pending.Length + bytes.Length > FlushBytes)
        {
            Push();
        }
        if (bytes.Length > FlushBytes)
        {
            output.Write(bytes);
            _flushed += bytes.Length;
            return;
        }
        _pending.Append(bytes);
    }

    /// <summary>Hands everything to the stream and flushes that.</summary>
    public void Flush()
    {
        Push();
        output.Flush();
    }

    private void Push()
    {
        output.Write(_pending.Written);
        _flushed += _pending.Length;
        _pending.Clear();
    }
}
