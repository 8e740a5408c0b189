using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>The dictionary indices of the chunk being written: bytes up to 256 entries, otherwise 16-bit numbers.</summary>
internal sealed class IndexScratch
{
    /// <summary>The largest dictionary that is written.</summary>
    public const int MaxEntries = 65536;

    private byte[] _bytes = [];
    private ushort[] _words = [];
    private int _count;

    /// <summary>Whether the indices are bytes.</summary>
    public bool IsNarrow { get; private set; }

    /// <summary>Bits per index; never 0, because not every reader takes that.</summary>
    public int Width { get; private set; }

    /// <summary>The indices as bytes.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, _count);

    /// <summary>The indices as 16-bit numbers.</summary>
    public Span<ushort> Words => _words.AsSpan(0, _count);

    /// <summary>Prepares room for the indices of a chunk.</summary>
    public void Begin(int count, int entries)
    {
        _count = count;
        Width = WidthFor(entries);
        IsNarrow = entries <= 256;
        if (IsNarrow && _bytes.Length < count)
        {
            _bytes = new byte[count];
        }
        else if (!IsNarrow)
        {
            ReserveWords(count);
        }
    }

    /// <summary>Room for indices before the number of entries is known.</summary>
    public Span<ushort> ReserveWords(int count)
    {
        if (_words.Length < count)
        {
            _words = new ushort[count];
        }
        return _words.AsSpan(0, count);
    }

    /// <summary>Takes the indices that were put into <see cref="ReserveWords"/>.</summary>
    public void TakeWords(int count, int entries)
    {
        Begin(count, entries);
        if (IsNarrow)
        {
            Narrowing.ToBytes(_words.AsSpan(0, count), _bytes);
        }
    }

    /// <summary>Appends the indices of one page.</summary>
    public void Append(int start, int count, ByteBuffer body)
    {
        if (IsNarrow)
        {
            IndexEncoder.Encode((ReadOnlySpan<byte>)Bytes.Slice(start, count), Width, body);
        }
        else
        {
            IndexEncoder.Encode((ReadOnlySpan<ushort>)Words.Slice(start, count), Width, body);
        }
    }

    /// <summary>
    /// Whether a dictionary is clearly smaller than the plain values. The margin is for the second look-up that readers do.
    /// </summary>
    public static bool Pays(long plainBytes, long dictionaryBytes, int count, int entries) =>
        dictionaryBytes + ((long)count * WidthFor(entries) / 8) + 32 <= plainBytes / 4 * 3;

    /// <summary>
    /// Whether so many distinct values among the first ones leave no hope that a dictionary will pay: nearly all of a few
    /// thousand, or half of many.
    /// </summary>
    public static bool IsHopeless(int values, int entries) =>
        values >= 8192 && entries > (values >= MaxEntries ? values / 2 : values / 16 * 15);

    /// <summary>Bits of an index into so many entries.</summary>
    public static int WidthFor(int entries) => Math.Max(1, ByteBuffer.BitsOf((ulong)(entries - 1)));
}
