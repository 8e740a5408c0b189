namespace SecondLook.Ingest.Tracepoints;

/// <summary>Names of LRU lists as the kernel prints them, and their numbers.</summary>
internal static class LruName
{
    /// <summary>Number of a list name, or -1.</summary>
    public static int Of(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("inactive_anon"u8) ? 0
        : name.SequenceEqual("active_anon"u8) ? 1
        : name.SequenceEqual("inactive_file"u8) ? 2
        : name.SequenceEqual("active_file"u8) ? 3
        : name.SequenceEqual("unevictable"u8) ? 4
        : -1;
}
