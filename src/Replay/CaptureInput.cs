using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>A dataset as the replay needs it: pages, intervals, demand, and the ground truth where there is one.</summary>
public sealed class CaptureInput
{
    private readonly string _folder;

    private CaptureInput(string folder) => _folder = folder;

    /// <summary>Base name of the capture.</summary>
    public required string Name { get; init; }

    /// <summary>Metadata of the events.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Pages of the data slots.</summary>
    public required GuestPages Pages { get; init; }

    /// <summary>All memslots as they come and go; none where the capture has no table of them.</summary>
    public required MemslotTimeline Slots { get; init; }

    /// <summary>What the capture says that cannot be.</summary>
    public required ContradictoryInput Contradictory { get; init; }

    /// <summary>Losses.</summary>
    public required GapTimeline Gaps { get; init; }

    /// <summary>What the events prove.</summary>
    public required TraceScan Scan { get; init; }

    /// <summary>Recorded commands.</summary>
    public required RecordedDemand Demand { get; init; }

    /// <summary>First instant to replay, ns.</summary>
    public required long BeginNs { get; init; }

    /// <summary>Last instant, ns.</summary>
    public required long EndNs { get; init; }

    /// <summary>Steps of the trace clock that marks show; the events are put back by them.</summary>
    public required ClockSteps Steps { get; init; }

    /// <summary>Folder of its events and side tables.</summary>
    internal string Folder => _folder;

    /// <summary>The same dataset with damage done to its events.</summary>
    public CaptureInput Damaged(EventDamage damage, CancellationToken cancel) => Read(_folder, Name, cancel, damage);

    /// <summary>Whether pages of more than one VM are known.</summary>
    public bool HasSeveralVms
    {
        get
        {
            foreach (ref readonly SlotPages slot in Pages.Slots)
            {
                if (!string.Equals(slot.Vm, Pages.Slots[0].Vm, StringComparison.Ordinal))
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>The guest's own record of its accesses, or null.</summary>
    public Table? Truth => ReadTable(_folder, "truth", TruthTable.Schema);

    /// <summary>Where pages were at instants, or null. For judging only.</summary>
    public Table? Residency => ReadTable(_folder, "residency", ResidencyTable.Schema);

    /// <summary>What the kernel printed at instants, or null. For judging only.</summary>
    public Table? Snapshots => ReadTable(_folder, "snapshots", SnapshotsTable.Schema);

    /// <summary>Reads a dataset.</summary>
    /// <param name="folder">Folder of its parts and side tables.</param>
    /// <param name="name">Base name of the capture.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <param name="damage">Damage to do to the events, or null.</param>
    /// <exception cref="ArtifactException">It is missing, damaged or of another version.</exception>
    /// <exception cref="InputException">It names no guest page.</exception>
    public static CaptureInput Read(string folder, string name, CancellationToken cancel, EventDamage? damage = null)
    {
        IReadOnlyDictionary<string, string> metadata;
        using (EventsReader reader = new(folder))
        {
            metadata = reader.Metadata;
        }
        Table? memslots = ReadTable(folder, "memslots", MemslotsTable.Schema);
        GuestPages pages = memslots is { RowCount: > 0 } ? GuestPages.FromMemslots(memslots, VmNames(metadata)) : GuestPages.FromFrames(TraceScan.FindFrames(folder));
        if (pages.Count == 0)
        {
            throw new InputException("no_guest_pages", $"{name}: no event names a page of a guest, and there are no memslots. Record kvm_age_hva or kvm_tdp_mmu_spte_changed.");
        }
        MemslotTimeline slots = MemslotTimeline.From(memslots, VmNames(metadata));
        ContradictoryInput contradictory = new(slots);
        GapTimeline gaps = ReadTable(folder, "gaps", GapsTable.Schema) is Table table ? GapTimeline.From(table) : GapTimeline.None;
        ClockSteps steps = ClockSteps.Of(metadata);
        TraceScan scan = TraceScan.Read(folder, pages, gaps, contradictory, steps, cancel, damage);
        Table? actions = ReadTable(folder, "actions", ActionsTable.Schema);
        RecordedDemand demand = RecordedDemand.From(actions is { RowCount: > 0 } ? actions : null, scan.Bursts, scan.Known.Unmaps, MemoryMax(metadata), DeclaredSampling.Of(metadata));
        long begin = scan.Known.FirstNs;
        long end = scan.Known.LastNs;
        foreach (RecordedCommand command in demand.Commands)
        {
            begin = Math.Min(begin, command.BeginNs);
            end = Math.Max(end, command.EndNs);
        }
        return new CaptureInput(folder)
        {
            Name = name,
            Metadata = metadata,
            Pages = pages,
            Slots = slots,
            Contradictory = contradictory,
            Gaps = gaps,
            Scan = scan,
            Demand = demand,
            BeginNs = begin,
            EndNs = end,
            Steps = steps,
        };
    }

    private static Table? ReadTable(string folder, string name, TableSchema schema)
    {
        string path = Path.Combine(folder, name + ".parquet");
        return File.Exists(path) ? Table.Read(path, schema) : null;
    }

    private static long MemoryMax(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("kmr.job_env", out string? text) ? RecordedDemand.MemoryMaxOf(text) : 0;

    // Names, or objects with a name: both spellings of kmr.vms are read.
    private static List<string> VmNames(IReadOnlyDictionary<string, string> metadata)
    {
        List<string> names = [];
        if (!metadata.TryGetValue("kmr.vms", out string? json))
        {
            return names;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement element in document.RootElement.EnumerateArray())
                {
                    names.Add(element.ValueKind == JsonValueKind.Object && element.TryGetProperty("name", out JsonElement named) ? named.ToString() : element.ToString());
                }
            }
        }
        catch (JsonException)
        {
            // The names only tell equal gfns of two VMs apart; without them the first VM is taken.
            names.Clear();
        }
        return names;
    }
}
