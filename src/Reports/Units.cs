namespace SecondLook.Reports;

/// <summary>Units of metrics as data files print them.</summary>
public static class Units
{
    /// <summary>Pages per GiB evicted.</summary>
    public const string PagesPerGiB = "pages/GiB";

    /// <summary>Hundredths.</summary>
    public const string Percent = "%";

    /// <summary>A plain ratio.</summary>
    public const string Ratio = "ratio";

    /// <summary>Bytes.</summary>
    public const string Bytes = "bytes";

    /// <summary>Pages of 4 KiB.</summary>
    public const string Pages = "pages";

    /// <summary>Accesses.</summary>
    public const string Accesses = "accesses";

    /// <summary>Page-table entries read.</summary>
    public const string Entries = "entries";

    /// <summary>Page-table entries read per GiB resident and aging pass.</summary>
    public const string EntriesPerGiBPass = "entries/GiB/pass";

    /// <summary>Calls.</summary>
    public const string Calls = "calls";

    /// <summary>A count of events.</summary>
    public const string Count = "count";

    /// <summary>Generations.</summary>
    public const string Generations = "generations";

    /// <summary>Nanoseconds.</summary>
    public const string Nanoseconds = "ns";

    /// <summary>Bytes of a page.</summary>
    public const double PageBytes = 4096;

    /// <summary>Bytes of a GiB.</summary>
    public const double GiB = 1L << 30;
}
