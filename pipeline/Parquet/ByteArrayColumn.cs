namespace SecondLook.Parquet;

/// <summary>The byte arrays of one column chunk, row by row.</summary>
/// <param name="Bytes">All values one after the other; longer than needed, <see cref="Offsets"/> ends where they end.</param>
/// <param name="Offsets">Rows + 1 entries: the value of row r is <c>Bytes[Offsets[r]..Offsets[r + 1]]</c>. A null is empty.</param>
/// <param name="Validity">One bit per row, least significant first: set where the row has a value.</param>
public sealed record ByteArrayColumn(byte[] Bytes, int[] Offsets, ulong[] Validity)
{
    /// <summary>Number of rows.</summary>
    public int Count => Offsets.Length - 1;

    /// <summary>The bytes of one row; empty for a null.</summary>
    /// <param name="row">Row within the row group.</param>
    /// <returns>A view into <see cref="Bytes"/>.</returns>
    public ReadOnlySpan<byte> this[int row] => Bytes.AsSpan(Offsets[row], Offsets[row + 1] - Offsets[row]);

    /// <summary>Whether a row has no value.</summary>
    /// <param name="row">Row within the row group.</param>
    /// <returns>True for a null.</returns>
    public bool IsNull(int row) => (Validity[row >> 6] >> (row & 63) & 1) == 0;
}
