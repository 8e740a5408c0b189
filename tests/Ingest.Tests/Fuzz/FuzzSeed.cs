namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>A record that was read.</summary>
/// <param name="Line">Line, or number.</param>
/// <param name="Key">What it says (<see cref="RecordKeys"/>).</param>
/// <param name="Event">Event name.</param>
internal readonly record struct FuzzRecord(long Line, ulong Key, string Event);

/// <summary>A stretch of a seed and the records that need no other bytes of it but the description of their event, where the file holds one.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">Byte behind the last.</param>
/// <param name="Records">Its records.</param>
internal sealed record FuzzUnit(int Start, int End, FuzzRecord[] Records);

/// <summary>A valid file and its units.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Units">Where its records lie.</param>
internal sealed record FuzzSeed(byte[] Bytes, List<FuzzUnit> Units)
{
    /// <summary>
    /// Where the descriptions of events lie, without which records are bytes and nothing else: the text of the format, or the packed block that holds it.
    /// </summary>
    public Dictionary<string, (int Start, int End)> Descriptions { get; init; } = [];
}
