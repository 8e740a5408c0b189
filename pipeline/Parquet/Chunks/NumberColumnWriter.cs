using System.Numerics;
using System.Runtime.InteropServices;
using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Statistics;

namespace SecondLook.Parquet.Chunks;

/// <summary>Writes chunks of integers, in the order of <typeparamref name="T"/>: an unsigned type for unsigned columns.</summary>
internal sealed class NumberColumnWriter<T>(ChunkWriter chunk, IndexScratch indices, DeltaEncoder delta)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private readonly PageRanges<T> _ranges = new();
    private readonly IntegerDictionary<T> _dictionary = new(indices);

    /// <summary>Writes all pages of the chunk that was begun.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="values">At least one value.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void Write(ParquetColumn column, ReadOnlySpan<T> values, ReadOnlySpan<ulong> validity)
    {
        if (column.Encoding != ParquetEncoding.Plain && values.Length >= ConstantChunk.MinValues && values.IndexOfAnyExcept(values[0]) < 0)
        {
            RangeCheck.ThrowIfOutside(column, values[0], values[0]);
            chunk.Record.Statistics.SetRange(values[0], values[0]);
            ConstantChunk.Write(chunk, MemoryMarshal.AsBytes(values[..1]), hasLength: false, validity);
            return;
        }
        FindRanges(values, out T min, out T max);
        RangeCheck.ThrowIfOutside(column, min, max);
        chunk.Record.Statistics.SetRange(min, max);
        if (column.Encoding == ParquetEncoding.Plain)
        {
            chunk.WritePages(new PlainValues<T>(values, _ranges), validity);
        }
        else if (column.Encoding == ParquetEncoding.Dictionary && _dictionary.TryBuild(values, min, max))
        {
            chunk.BeginDictionary().Append(MemoryMarshal.AsBytes(_dictionary.Entries));
            chunk.EndDictionary(_dictionary.Count);
            chunk.WritePages(new IndexValues<T>(indices, _ranges), validity);
        }
        else
        {
            chunk.WritePages(new DeltaValues<T>(values, delta, _ranges), validity);
        }
    }

    private void FindRanges(ReadOnlySpan<T> values, out T min, out T max)
    {
        PageLayout layout = chunk.Layout;
        _ranges.Begin(layout.Pages);
        min = T.MaxValue;
        max = T.MinValue;
        for (int page = 0; page < layout.Pages; page++)
        {
            if (layout.ValuesIn(page) > 0)
            {
                ValueRange.Of(values.Slice(layout.FirstValue(page), layout.ValuesIn(page)), out T low, out T high);
                _ranges.Set(page, low, high);
                min = T.Min(min, low);
                max = T.Max(max, high);
            }
        }
    }
}
