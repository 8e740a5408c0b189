using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Accesses;

/// <summary>Reads accesses out of our own Parquet artefacts: what the guest recorded, or what a schedule placed.</summary>
internal static class AccessTables
{
    /// <summary>The artefact of a dataset or run folder that holds accesses, or null.</summary>
    public static string? Find(string folder)
    {
        foreach (string name in (ReadOnlySpan<string>)["truth.parquet", "events/truth.parquet", "touches-truth.parquet", "schedule/touches-truth.parquet"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }

    /// <summary>Reads one artefact, and the aging commands beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="accesses">Takes the accesses.</param>
    /// <returns>Times of aging commands, ns, in order.</returns>
    /// <exception cref="InputException">It holds no accesses.</exception>
    public static List<long> Read(string path, AccessBuffer accesses)
    {
        string schema = SchemaOf(path, accesses.Name);
        if (schema.StartsWith(TruthTable.Schema.Name + "/", StringComparison.Ordinal))
        {
            ReadTruth(Table.Read(path, TruthTable.Schema), accesses);
        }
        else if (schema.StartsWith(TouchesTable.Schema.Name + "/", StringComparison.Ordinal))
        {
            Table touches = Table.Read(path, TouchesTable.Schema);
            for (int r = 0; r < touches.RowCount; r++)
            {
                accesses.Add((ulong)touches[TouchesTable.Page][r], touches[TouchesTable.TsNs][r], 0);
            }
        }
        else
        {
            throw new InputException("not_access_list", $"{accesses.Name}: table {schema} holds no accesses; expected {TruthTable.Schema.Id} or {TouchesTable.Schema.Id}.");
        }
        return Harvests(path);
    }

    private static string SchemaOf(string path, string name)
    {
        try
        {
            using ParquetReader reader = new(File.OpenRead(path));
            return reader.Metadata.TryGetValue(TableSchema.MetadataKey, out string? id) ? id : "without a schema name";
        }
        catch (ParquetException e)
        {
            throw new InputException("unreadable", $"{name}: {e.Message}");
        }
    }

    private static void ReadTruth(Table truth, AccessBuffer accesses)
    {
        int registers = 0;
        for (int r = 0; r < truth.RowCount; r++)
        {
            if (truth[TruthTable.Op][r].StartsWith('M'))
            {
                registers++;
                continue;
            }
            ulong page = accesses.Of(truth[TruthTable.Vm][r], (ulong)truth[TruthTable.Gfn][r]);
            accesses.Add(page, truth[TruthTable.TsNs][r], truth[TruthTable.Step][r]);
        }
        if (registers > 0)
        {
            accesses.Notes.Add($"{registers} accesses to device registers are left out: they touch no memory");
        }
    }

    private static List<long> Harvests(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (string name in (ReadOnlySpan<string>)["actions.parquet", "../events/actions.parquet"])
        {
            string actions = Path.Combine(folder, name);
            if (File.Exists(actions))
            {
                Table table = Table.Read(actions, ActionsTable.Schema);
                List<long> times = [];
                for (int r = 0; r < table.RowCount; r++)
                {
                    if (AccessTraceReader.IsHarvest(table[ActionsTable.Action][r]))
                    {
                        times.Add(table[ActionsTable.EndNs][r]);
                    }
                }
                times.Sort();
                return times;
            }
        }
        return [];
    }
}
