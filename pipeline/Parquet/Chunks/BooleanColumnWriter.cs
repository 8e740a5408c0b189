namespace SecondLook.Parquet.Chunks;

/// <summary>Writes chunks of booleans.</summary>
internal sealed class BooleanColumnWriter(ChunkWriter chunk)
{
    private ulong[] _bits = [];

    /// <summary>Writes all pages of the chunk that was begun.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="validity">One bit per row, or empty.</param>
    public void Write(ReadOnlySpan<bool> values, ReadOnlySpan<ulong> validity)
    {
        int words = (chunk.Layout.Rows(0) + 63) >> 6;
        if (_bits.Length < words)
        {
            _bits = new ulong[words];
        }
        chunk.Record.Statistics.SetRange((byte)(values.Contains(false) ? 0 : 1), (byte)(values.Contains(true) ? 1 : 0));
        chunk.WritePages(new BooleanValues(values, _bits, chunk.Layout), validity);
    }
}
