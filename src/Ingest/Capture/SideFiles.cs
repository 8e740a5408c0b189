using System.Formats.Tar;
using System.Globalization;
using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Tables;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Meaning;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Capture;

/// <summary>What lies beside the trace in a capture folder, read before the trace (memslots, steps) and written after it, on the trace's clock.</summary>
internal sealed class SideFiles
{
    private readonly CaptureFolder _folder;
    private readonly IngestState _state;
    private readonly List<(string Vm, string Path, List<ActionRow> Actions)> _vms = [];

    public SideFiles(CaptureFolder folder, IngestState state)
    {
        _folder = folder;
        _state = state;
    }

    /// <summary>Reads memslots and steps of every VM of the folder.</summary>
    public void ReadBeforeTrace()
    {
        foreach ((string name, string path) in _folder.Vms)
        {
            List<ActionRow> actions = ActionRow.Read(CaptureFolder.LinesOf(path, "actions.csv"), Bad("actions.csv"));
            _vms.Add((name, path, actions));
            string[] lines = CaptureFolder.LinesOf(path, "memslots.csv");
            if (lines.Length == 0)
            {
                continue;
            }
            List<MemslotSpan> slots = [];
            foreach ((MemslotSpan slot, _) in MemslotFile.Read(lines, _state.Vms, name, Bad("memslots.csv")))
            {
                slots.Add(slot);
            }
            foreach (MemslotSpan slot in MemslotFile.Apply(slots, actions))
            {
                _state.Memslots.Add(slot);
                _state.AnyDataRole |= slot.Role == "data";
            }
        }
        _state.Context.ShadowPaging = _folder.Notes.Mmu == "shadow";
    }

    /// <summary>Writes the side tables.</summary>
    /// <param name="target">Folder of the dataset.</param>
    /// <param name="codec">Compression.</param>
    /// <exception cref="InputException">The clocks cannot be aligned.</exception>
    public void WriteTables(string target, ParquetCodec codec)
    {
        TableBuilder actions = new(ActionsTable.Schema);
        TableBuilder truth = new(TruthTable.Schema);
        TableBuilder residency = new(ResidencyTable.Schema);
        TableBuilder snapshots = new(SnapshotsTable.Schema);
        foreach ((string vm, string path, List<ActionRow> steps) in _vms)
        {
            int vmIndex = _state.Vms.Add(vm);
            string? vmName = _vms.Count > 1 ? vm : null;
            if (steps.Count > 0 || HasTimes(path))
            {
                _ = Shift();
            }
            foreach (ActionRow step in steps)
            {
                AddAction(actions, step, vmName);
            }
            ReadTruth(truth, path, vmIndex, vmName);
            ReadResidency(residency, path, vmName);
            ReadSnapshots(snapshots, path, vmName);
        }
        Write(target, "actions", actions, codec);
        Write(target, "truth", truth, codec);
        Write(target, "residency", residency, codec);
        Write(target, "snapshots", snapshots, codec);
    }

    /// <summary>What has to be added to CLOCK_MONOTONIC to get the trace clock, ns.</summary>
    /// <exception cref="InputException">It cannot be known.</exception>
    private long Shift()
    {
        StreamFacts stream = _state.Streams[0];
        ClockAlignment alignment = ClockAlignment.Of(stream, _state.Marks);
        return alignment.ShiftNs ?? throw new InputException("clocks_not_aligned", $"{Path.GetFileName(_folder.Trace)}: {alignment.Reason}");
    }

    private static bool HasTimes(string path) =>
        CaptureFolder.Find(path, "truth.csv") is not null || Directory.GetFiles(path, "residency-*.csv*").Length > 0;

    private static void Write(string target, string name, TableBuilder table, ParquetCodec codec)
    {
        if (table.RowCount > 0)
        {
            ParquetTables.Write(Path.Combine(target, name + ".parquet"), table, codec);
        }
    }

    private void AddAction(TableBuilder table, ActionRow step, string? vm)
    {
        int row = table.AddRow();
        table[ActionsTable.Step].Set(row, step.Step);
        table[ActionsTable.BeginNs].Set(row, step.BeginNs + Shift());
        table[ActionsTable.EndNs].Set(row, step.EndNs + Shift());
        table[ActionsTable.Action].Set(row, step.Action);
        if (step.Rc is { } rc)
        {
            table[ActionsTable.Rc].Set(row, rc);
        }
        table[ActionsTable.Detail].Set(row, step.Detail);
        table[ActionsTable.Inferred].Set(row, false);
        if (vm is not null)
        {
            table[ActionsTable.Vm].Set(row, vm);
        }
    }

    private void ReadTruth(TableBuilder table, string folder, int vm, string? vmName)
    {
        if (CaptureFolder.Find(folder, "truth.csv") is not { } path)
        {
            return;
        }
        long shift = Shift();
        Action<int, string, string> bad = Bad(Path.GetFileName(path));
        using StreamReader reader = new(InputOpener.OpenSide(path));
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (number == 1 || line.Length == 0)
            {
                continue;
            }
            if (!TruthLine.TryRead(line, out TruthLine access))
            {
                bad(number, "malformed_row", line);
                continue;
            }
            int row = table.AddRow();
            table[TruthTable.TsNs].Set(row, access.MonoNs + shift);
            table[TruthTable.Step].Set(row, access.Step);
            table[TruthTable.Vcpu].Set(row, access.Vcpu);
            table[TruthTable.Gfn].Set(row, unchecked((long)access.Gfn));
            table[TruthTable.Write].Set(row, access.Op.EndsWith('W'));
            table[TruthTable.Op].Set(row, access.Op);
            if (_state.Memslots.FindGfn(vm, 0, access.Gfn, access.MonoNs + shift) is { } slot)
            {
                table[TruthTable.Slot].Set(row, slot.Slot);
            }
            if (vmName is not null)
            {
                table[TruthTable.Vm].Set(row, vmName);
            }
        }
    }

    private void ReadResidency(TableBuilder table, string folder, string? vm)
    {
        List<string> files = [.. Directory.GetFiles(folder, "residency-*.csv*")];
        files.Sort(StringComparer.Ordinal);
        foreach (string file in files)
        {
            string name = Path.GetFileName(file)["residency-".Length..];
            name = name[..name.IndexOf(".csv", StringComparison.Ordinal)];
            Action<int, string, string> bad = Bad(Path.GetFileName(file));
            using StreamReader reader = new(InputOpener.OpenSide(file));
            string[] lines = reader.ReadToEnd().Split('\n');
            string[] first = lines[0].Trim().Split(' ');
            if (first.Length < 3 || !long.TryParse(first[2], NumberStyles.None, CultureInfo.InvariantCulture, out long mono))
            {
                bad(1, "malformed_row", lines[0]);
                continue;
            }
            for (int i = 2; i < lines.Length; i++)
            {
                string[] f = lines[i].Trim().Split(',');
                if (f.Length == 1 && f[0].Length == 0)
                {
                    continue;
                }
                if (f.Length != 3 || !CaptureFolder.TryNumber(f[0], out ulong gfn) || !CaptureFolder.TryNumber(f[1], out ulong pages))
                {
                    bad(i + 1, "malformed_row", lines[i]);
                    continue;
                }
                int row = table.AddRow();
                table[ResidencyTable.Name].Set(row, name);
                table[ResidencyTable.TsNs].Set(row, mono + Shift());
                table[ResidencyTable.Gfn].Set(row, unchecked((long)gfn));
                table[ResidencyTable.Npages].Set(row, (long)pages);
                table[ResidencyTable.State].Set(row, f[2]);
                if (vm is not null)
                {
                    table[ResidencyTable.Vm].Set(row, vm);
                }
            }
        }
    }

    private void ReadSnapshots(TableBuilder table, string folder, string? vm)
    {
        SortedDictionary<string, SortedDictionary<string, string>> snapshots = new(StringComparer.Ordinal);
        string directory = Path.Combine(folder, "snap");
        if (Directory.Exists(directory))
        {
            foreach (string snapshot in Directory.GetDirectories(directory))
            {
                foreach (string file in Directory.GetFiles(snapshot))
                {
                    AddSnapshot(snapshots, Path.GetFileName(snapshot), Path.GetFileName(file), File.ReadAllText(file));
                }
            }
        }
        else if (CaptureFolder.Find(folder, "snap.tar") is { } tar)
        {
            ReadTar(snapshots, tar);
        }
        foreach ((string name, SortedDictionary<string, string> files) in snapshots)
        {
            long ns = files.TryGetValue("t_mono_ns", out string? text) && long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long mono)
                ? mono + Shift()
                : 0;
            foreach ((string file, string content) in files)
            {
                if (file == "t_mono_ns")
                {
                    continue;
                }
                int row = table.AddRow();
                table[SnapshotsTable.Name].Set(row, name);
                table[SnapshotsTable.TsNs].Set(row, ns);
                table[SnapshotsTable.File].Set(row, file);
                table[SnapshotsTable.Content].Set(row, content);
                if (vm is not null)
                {
                    table[SnapshotsTable.Vm].Set(row, vm);
                }
            }
        }
    }

    // Only names of the form [snap/]NAME/FILE are taken and nothing is written to disk, so no path can leave the folder.
    private static void ReadTar(SortedDictionary<string, SortedDictionary<string, string>> snapshots, string path)
    {
        const long MaxEntry = 16 << 20;
        using Stream stream = InputOpener.OpenSide(path);
        try
        {
            using TarReader reader = new(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                string[] parts = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries);
                if (entry.DataStream is null || parts.Length < 2 || entry.Length > MaxEntry)
                {
                    continue;
                }
                using StreamReader text = new(entry.DataStream, Encoding.UTF8);
                AddSnapshot(snapshots, parts[^2], parts[^1], text.ReadToEnd());
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            throw new InputException("damaged_snapshots", $"{Path.GetFileName(path)}: damaged archive: {e.Message}");
        }
    }

    private static void AddSnapshot(SortedDictionary<string, SortedDictionary<string, string>> all, string name, string file, string content)
    {
        if (!all.TryGetValue(name, out SortedDictionary<string, string>? files))
        {
            files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            all.Add(name, files);
        }
        files[file] = content;
    }

    private Action<int, string, string> Bad(string file) =>
        (line, reason, text) => _state.SideProblems.Add((file, line, reason, text));
}
