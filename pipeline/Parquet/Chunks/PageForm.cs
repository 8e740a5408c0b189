namespace SecondLook.Parquet.Chunks;

/// <summary>How the pages of a chunk lie in the file.</summary>
internal enum PageForm
{
    /// <summary>As they are.</summary>
    Stored,

    /// <summary>Coded by the frequencies of their bytes alone, which takes a third of the time of <see cref="Matches"/>.</summary>
    Entropy,

    /// <summary>With repetitions looked for, as the codec usually does.</summary>
    Matches,
}
