namespace SecondLook.Parquet;

/// <summary>How a column is packed before it is compressed.</summary>
public enum ParquetEncoding
{
    /// <summary>
    /// Values one after the other. Kept to the letter, except that booleans change to runs where those are shorter.
    /// </summary>
    Plain,

    /// <summary>
    /// Distinct values once, then indices. A chunk in which this does not pay falls back: integers to
    /// <see cref="DeltaBinaryPacked"/>, the others to <see cref="Plain"/>. Booleans are always <see cref="Plain"/>.
    /// </summary>
    Dictionary,

    /// <summary>
    /// Differences in as few bits as they need; integers only. A chunk of one single value becomes a dictionary.
    /// </summary>
    DeltaBinaryPacked,
}
