using System.Runtime.InteropServices;
using SecondLook.Parquet.Statistics;

namespace SecondLook.Parquet.Chunks;

/// <summary>Writes chunks of doubles. Equality is that of the bits, so that no NaN and no zero changes.</summary>
internal sealed class DoubleColumnWriter(ChunkWriter chunk, IndexScratch indices)
{
    private readonly PageRanges<double> _ranges = new();
    private readonly IntegerDictionary<ulong> _dictionary = new(indices);

    /// <summary>Writes all pages of the chunk that was begun.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="values">At least one value.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void Write(ParquetColumn column, ReadOnlySpan<double> values, ReadOnlySpan<ulong> validity)
    {
        ReadOnlySpan<ulong> bits = MemoryMarshal.Cast<double, ulong>(values);
        FindRanges(values);
        if (column.Encoding == ParquetEncoding.Plain)
        {
            chunk.WritePages(new PlainValues<double>(values, _ranges), validity);
        }
        else if (values.Length >= ConstantChunk.MinValues && bits.IndexOfAnyExcept(bits[0]) < 0)
        {
            ConstantChunk.Write(chunk, MemoryMarshal.AsBytes(values[..1]), hasLength: false, validity);
        }
        else if (_dictionary.TryBuild(bits, ulong.MinValue, ulong.MaxValue))
        {
            chunk.BeginDictionary().Append(MemoryMarshal.AsBytes(_dictionary.Entries));
            chunk.EndDictionary(_dictionary.Count);
            chunk.WritePages(new IndexValues<double>(indices, _ranges), validity);
        }
        else
        {
            chunk.WritePages(new PlainValues<double>(values, _ranges), validity);
        }
    }

    private void FindRanges(ReadOnlySpan<double> values)
    {
        PageLayout layout = chunk.Layout;
        _ranges.Begin(layout.Pages);
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        bool ordered = true;
        for (int page = 0; page < layout.Pages; page++)
        {
            if (layout.ValuesIn(page) == 0)
            {
                continue;
            }
            if (ValueRange.TryOf(values.Slice(layout.FirstValue(page), layout.ValuesIn(page)), out double low, out double high))
            {
                _ranges.Set(page, low, high);
                min = Math.Min(min, low);
                max = Math.Max(max, high);
            }
            else
            {
                ordered = false;
            }
        }
        if (ordered)
        {
            chunk.Record.Statistics.SetRange(min, max);
        }
    }
}
