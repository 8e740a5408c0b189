using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Reads chunks of booleans into one element per row.</summary>
internal sealed class BooleanColumnReader(ChunkReader chunk)
{
    private ulong[] _bits = [];

    /// <summary>Reads the chunk that was begun.</summary>
    /// <param name="values">One element per row; rows without a value get false.</param>
    /// <param name="validity">One bit per row.</param>
    public void Read(Span<bool> values, Span<ulong> validity)
    {
        int row = 0;
        while (chunk.NextPage(validity, row))
        {
            Span<bool> rows = values.Slice(row, chunk.Rows);
            ByteCursor page = chunk.PageValues();
            Decode(ref page, rows[..chunk.Values]);
            BitRange.Spread(rows, chunk.Values, validity, row);
            row += chunk.Rows;
        }
    }

    private void Decode(ref ByteCursor page, Span<bool> values)
    {
        switch (chunk.Encoding)
        {
            case PageEncoding.Plain:
                ReadOnlySpan<byte> packed = page.Take((values.Length + 7L) >> 3, "the values");
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (packed[i >> 3] >> (i & 7) & 1) != 0;
                }
                break;
            case PageEncoding.Rle:
                if (values.IsEmpty)
                {
                    break;
                }
                int words = (values.Length + 63) >> 6;
                if (_bits.Length < words)
                {
                    _bits = new ulong[words];
                }
                int length = page.Int32("the length of the runs");
                BitRange.Decode(page.TakeCursor((uint)length, "the runs"), _bits, 0, values.Length);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (_bits[i >> 6] >> (i & 63) & 1) != 0;
                }
                break;
            default:
                throw chunk.Error($"booleans in encoding {chunk.Encoding}, expected PLAIN or RLE");
        }
    }
}
