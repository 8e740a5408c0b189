using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Replay.Tests.Captures;

/// <summary>Side tables of a capture folder.</summary>
internal static partial class CaptureDataset
{
    private static void WriteSlots(string folder, List<(int Slot, ulong Gfn, long Pages, ulong Hva, string Role)> slots)
    {
        TableBuilder table = new(MemslotsTable.Schema);
        foreach ((int slot, ulong gfn, long pages, ulong hva, string role) in slots)
        {
            int row = table.AddRow();
            table[MemslotsTable.Vm].Set(row, "vm0");
            table[MemslotsTable.AsId].Set(row, 0);
            table[MemslotsTable.Slot].Set(row, slot);
            table[MemslotsTable.Gfn].Set(row, (long)gfn);
            table[MemslotsTable.Npages].Set(row, pages);
            table[MemslotsTable.Hva].Set(row, (long)hva);
            table[MemslotsTable.Flags].Set(row, 0);
            table[MemslotsTable.Role].Set(row, role);
        }
        Save(folder, table);
    }

    private static void WriteGaps(string folder, List<(long Begin, long End, int Cpu, long Lost)> gaps)
    {
        TableBuilder table = new(GapsTable.Schema);
        foreach ((long begin, long end, int cpu, long lost) in gaps)
        {
            int row = table.AddRow();
            table[GapsTable.Seq].Set(row, 0);
            if (begin != long.MinValue)
            {
                table[GapsTable.TsBeginNs].Set(row, begin);
            }
            table[GapsTable.TsEndNs].Set(row, end);
            table[GapsTable.Cpu].Set(row, cpu);
            table[GapsTable.Lost].Set(row, lost);
            table[GapsTable.Cause].Set(row, "overrun");
        }
        Save(folder, table);
    }

    private static void WriteSideTables(string capture, string folder, long shift)
    {
        if (SharedCaptures.Lines(Path.Combine(capture, "actions.csv")) is not { } actions)
        {
            return;
        }
        TableBuilder table = new(ActionsTable.Schema);
        foreach (string[] w in actions.Skip(1).Select(l => l.Split(',', 6)))
        {
            int row = table.AddRow();
            table[ActionsTable.Step].Set(row, int.Parse(w[0], CultureInfo.InvariantCulture));
            table[ActionsTable.BeginNs].Set(row, Time(w[1], shift));
            table[ActionsTable.EndNs].Set(row, Time(w[2], shift));
            table[ActionsTable.Action].Set(row, w[3]);
            table[ActionsTable.Rc].Set(row, int.Parse(w[4], CultureInfo.InvariantCulture));
            table[ActionsTable.Detail].Set(row, w[5].Trim('"'));
            table[ActionsTable.Inferred].Set(row, false);
        }
        Save(folder, table);
        WriteTruth(capture, folder, shift);
        WriteResidency(capture, folder, shift);
        WriteSnapshots(capture, folder, shift);
    }

    private static void WriteTruth(string capture, string folder, long shift)
    {
        TableBuilder table = new(TruthTable.Schema);
        foreach (string[] w in (SharedCaptures.Lines(Path.Combine(capture, "truth.csv")) ?? []).Skip(1).Select(l => l.Split(',')))
        {
            int row = table.AddRow();
            table[TruthTable.TsNs].Set(row, Time(w[0], shift));
            table[TruthTable.Vcpu].Set(row, int.Parse(w[1], CultureInfo.InvariantCulture));
            table[TruthTable.Step].Set(row, int.Parse(w[2], CultureInfo.InvariantCulture));
            table[TruthTable.Gfn].Set(row, (long)Parse(w[3]));
            table[TruthTable.Write].Set(row, w[4].EndsWith('W'));
            table[TruthTable.Op].Set(row, w[4]);
        }
        Save(folder, table);
    }

    private static void WriteResidency(string capture, string folder, long shift)
    {
        TableBuilder table = new(ResidencyTable.Schema);
        foreach (string file in Directory.GetFiles(capture, "residency-*.csv").Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllLines(file);
            long ts = Time(lines[0].Split(' ')[^1], shift);
            foreach (string[] w in lines.Skip(2).Select(l => l.Split(',')))
            {
                int row = table.AddRow();
                table[ResidencyTable.Name].Set(row, Path.GetFileNameWithoutExtension(file)["residency-".Length..]);
                table[ResidencyTable.TsNs].Set(row, ts);
                table[ResidencyTable.Gfn].Set(row, long.Parse(w[0], CultureInfo.InvariantCulture));
                table[ResidencyTable.Npages].Set(row, long.Parse(w[1], CultureInfo.InvariantCulture));
                table[ResidencyTable.State].Set(row, w[2]);
            }
        }
        Save(folder, table);
    }

    private static void WriteSnapshots(string capture, string folder, long shift)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        if (File.Exists(Path.Combine(capture, "snap.tar.gz")))
        {
            using GZipStream gzip = new(File.OpenRead(Path.Combine(capture, "snap.tar.gz")), CompressionMode.Decompress);
            using TarReader tar = new(gzip);
            while (tar.GetNextEntry(copyData: true) is { } entry)
            {
                if (entry.DataStream is { } data)
                {
                    using StreamReader reader = new(data);
                    files[entry.Name["snap/".Length..]] = reader.ReadToEnd();
                }
            }
        }
        else if (Directory.Exists(Path.Combine(capture, "snap")))
        {
            foreach (string file in Directory.GetFiles(Path.Combine(capture, "snap"), "*", SearchOption.AllDirectories))
            {
                files[Path.GetRelativePath(Path.Combine(capture, "snap"), file)] = File.ReadAllText(file);
            }
        }
        TableBuilder table = new(SnapshotsTable.Schema);
        foreach ((string name, string content) in files)
        {
            string snapshot = Path.GetDirectoryName(name)!;
            int row = table.AddRow();
            table[SnapshotsTable.Name].Set(row, snapshot);
            table[SnapshotsTable.TsNs].Set(row, files.TryGetValue(Path.Combine(snapshot, "t_mono_ns"), out string? mono) ? Time(mono.Trim(), shift) : 0);
            table[SnapshotsTable.File].Set(row, Path.GetFileName(name));
            table[SnapshotsTable.Content].Set(row, content);
        }
        Save(folder, table);
    }

    private static long Time(string mono, long shift) => long.Parse(mono, CultureInfo.InvariantCulture) + shift;

    private static void Save(string folder, TableBuilder table) =>
        ParquetTables.Write(Path.Combine(folder, table.Schema.Name + ".parquet"), table, ParquetCodec.None);
}
