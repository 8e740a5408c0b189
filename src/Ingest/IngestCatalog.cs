using SecondLook.Contracts.Catalogs;

namespace SecondLook.Ingest;

/// <summary>What Ingest can read, for <c>secondlook list</c> and for checking job files.</summary>
public static class IngestCatalog
{
    /// <summary>Trace formats: name and one line of explanation, by name.</summary>
    public static IEnumerable<(string Name, string Summary)> Formats => new Catalog<ITraceFormat>(typeof(IngestCatalog).Assembly).Entries;

    /// <summary>Tracepoints: name and one line of explanation, by name.</summary>
    public static IEnumerable<(string Name, string Summary)> Tracepoints => new Catalog<ITracepoint>(typeof(IngestCatalog).Assembly).Entries;
}
