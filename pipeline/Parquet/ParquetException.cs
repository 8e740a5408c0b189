namespace SecondLook.Parquet;

/// <summary>
/// A file is not what this subset of Parquet can read. The message names the place, what was found and what was expected.
/// </summary>
public sealed class ParquetException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Place, found, expected.</param>
    /// <param name="inner">The failure below, where there is one.</param>
    public ParquetException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
