using SecondLook.Contracts.Tables;

namespace SecondLook.Replay.Calibration;

/// <summary>One snapshot of the kernel's own figures.</summary>
/// <param name="Name">Name of the snapshot.</param>
/// <param name="TsNs">When it was taken.</param>
/// <param name="Generations">Generations of the VM's cgroup; empty where the kernel keeps classic lists.</param>
/// <param name="MemoryStat">Text of memory.stat.</param>
/// <param name="MemoryMax">Limit of the cgroup, pages; 0 for none.</param>
public sealed record RecordedSnapshot(string Name, long TsNs, List<PrintedGeneration> Generations, string MemoryStat, long MemoryMax)
{
    /// <summary>A count of memory.stat in pages.</summary>
    public long Pages(string name) => LruGenText.Stat(MemoryStat, name) >> 12;

    /// <summary>A counter of memory.stat.</summary>
    public long Counter(string name) => LruGenText.Stat(MemoryStat, name);
}

/// <summary>Where the data pages were at one instant.</summary>
/// <param name="Name">Name of the residency file.</param>
/// <param name="TsNs">When it was taken.</param>
/// <param name="Swapped">Guest frames that pagemap calls swapped.</param>
public sealed record RecordedResidency(string Name, long TsNs, HashSet<ulong> Swapped);

/// <summary>What the recorded kernel really did, for judging only.</summary>
public sealed class RecordedState
{
    private RecordedState(List<RecordedSnapshot> snapshots, List<RecordedResidency> residencies)
    {
        Snapshots = snapshots;
        Residencies = residencies;
    }

    /// <summary>Snapshots in order of time.</summary>
    public IReadOnlyList<RecordedSnapshot> Snapshots { get; }

    /// <summary>Residency files in order of time.</summary>
    public IReadOnlyList<RecordedResidency> Residencies { get; }

    /// <summary>Reads the side tables of a dataset.</summary>
    public static RecordedState Read(CaptureInput input) => new(ReadSnapshots(input.Snapshots), ReadResidencies(input.Residency));

    private static List<RecordedSnapshot> ReadSnapshots(Table? table)
    {
        SortedDictionary<string, (long TsNs, string LruGen, string Stat, string Max)> found = new(StringComparer.Ordinal);
        for (int r = 0; table is not null && r < table.RowCount; r++)
        {
            string name = table[SnapshotsTable.Name][r];
            (long TsNs, string LruGen, string Stat, string Max) one = found.GetValueOrDefault(name, (0, "", "", ""));
            one.TsNs = Math.Max(one.TsNs, table[SnapshotsTable.TsNs][r]);
            string content = table[SnapshotsTable.Content][r];
            switch (table[SnapshotsTable.File][r])
            {
                case "lru_gen":
                    one.LruGen = content;
                    break;
                case "memory.stat":
                    one.Stat = content;
                    break;
                case "memory.max":
                    one.Max = content;
                    break;
            }
            found[name] = one;
        }
        List<RecordedSnapshot> snapshots = [];
        foreach ((string name, (long tsNs, string lruGen, string stat, string max)) in found)
        {
            long limit = Demands.RecordedCommand.Quantity(max.Trim());
            snapshots.Add(new RecordedSnapshot(name, tsNs, LruGenText.Read(lruGen, null), stat, limit > 0 ? limit >> 12 : 0));
        }
        snapshots.Sort(static (a, b) => a.TsNs != b.TsNs ? a.TsNs.CompareTo(b.TsNs) : string.CompareOrdinal(a.Name, b.Name));
        return snapshots;
    }

    private static List<RecordedResidency> ReadResidencies(Table? table)
    {
        SortedDictionary<string, RecordedResidency> found = new(StringComparer.Ordinal);
        for (int r = 0; table is not null && r < table.RowCount; r++)
        {
            string name = table[ResidencyTable.Name][r];
            if (!found.TryGetValue(name, out RecordedResidency? one))
            {
                one = new RecordedResidency(name, table[ResidencyTable.TsNs][r], []);
                found.Add(name, one);
            }
            if (string.Equals(table[ResidencyTable.State][r], "swapped", StringComparison.Ordinal))
            {
                for (long i = 0; i < table[ResidencyTable.Npages][r]; i++)
                {
                    one.Swapped.Add(unchecked((ulong)(table[ResidencyTable.Gfn][r] + i)));
                }
            }
        }
        List<RecordedResidency> residencies = [.. found.Values];
        residencies.Sort(static (a, b) => a.TsNs != b.TsNs ? a.TsNs.CompareTo(b.TsNs) : string.CompareOrdinal(a.Name, b.Name));
        return residencies;
    }
}
