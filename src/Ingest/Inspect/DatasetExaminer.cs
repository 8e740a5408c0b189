using System.Runtime.InteropServices;
using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Inspect;

/// <summary>Gathers the facts of one dataset: its diagnostics, one pass over its events, and its ground truth where there is any.</summary>
internal static class DatasetExaminer
{
    // A tracepoint hit costs some hundred ns on hardware, half of it the ring buffer; this is the figure the share is computed with.
    private const double NsPerEvent = 500;
    private const int PageShift = 12;

    /// <summary>Examines a dataset.</summary>
    public static CaptureFacts Examine(string folder, string name)
    {
        CaptureFacts facts = new() { Name = name };
        ReadDiagnostics(folder, facts);
        ReadMemslots(folder, facts);
        TruthIndex? truth = TruthIndex.Read(Path.Combine(folder, "truth.parquet"));
        facts.HasTruth = truth is not null;
        IntervalBook book = new(truth, DataFrames(folder));
        bool modernIsolate = false;
        bool shadowedTables = false;
        bool shrinkActive = false;
        bool memcgIds = false;
        bool frozen72 = false;
        long first = long.MaxValue;
        long last = long.MinValue;
        long second = long.MinValue;
        long inSecond = 0;
        HashSet<int> cpus = [];
        Dictionary<ulong, long> calls = [];
        using (EventsReader reader = new(folder))
        {
            TraceEvent e = default;
            while (reader.TryRead(ref e))
            {
                facts.Events++;
                if (e.Has(EventColumn.Cpu))
                {
                    cpus.Add(e.Cpu);
                }
                if (e.Has(EventColumn.TsNs) && e.Kind is not (TraceEventKind.Gap or TraceEventKind.Memslot))
                {
                    first = Math.Min(first, e.TsNs);
                    last = Math.Max(last, e.TsNs);
                    long now = e.TsNs / 1_000_000_000;
                    inSecond = now == second ? inSecond + 1 : 1;
                    second = now;
                    facts.PeakEventsPerSecond = Math.Max(facts.PeakEventsPerSecond, inSecond);
                }
                shadowedTables |= e.Kind == TraceEventKind.SpGet && e.Has(EventColumn.N0) && e.N0 == 0;
                modernIsolate |= e.Kind == TraceEventKind.Reclaim && e.Op == TraceEventOp.ShrinkInactive;
                shrinkActive |= e.Kind == TraceEventKind.Reclaim && e.Op == TraceEventOp.ShrinkActive;
                memcgIds |= e.Has(EventColumn.MemcgId);
                frozen72 |= e.Kind == TraceEventKind.SpteChange && (e.NewSpte & 0xfff) == 0x1a0 && (e.NewSpte & 0x800) == 0;
                if (e.Kind == TraceEventKind.Age && e.Op == TraceEventOp.Clear && facts.SampledPages > 1)
                {
                    _ = CollectionsMarshal.GetValueRefOrAddDefault(calls, e.Start >> PageShift, out _)++;
                }
                facts.SwapIns += e.Kind == TraceEventKind.Swap && e.Op == TraceEventOp.In && e.Has(EventColumn.Gfn) ? 1 : 0;
                if (e.Kind == TraceEventKind.Age && e.Has(EventColumn.Young) && e.YoungSrc == YoungSource.Retval)
                {
                    facts.ReturnedYoung += e.Young ? 1 : 0;
                    facts.ReturnedOld += e.Young ? 0 : 1;
                }
                book.See(ref e);
            }
        }
        book.Finish(last);
        facts.Cpus = cpus.Count;
        facts.SpanNs = last >= first ? last - first : null;
        facts.TracerOverhead = facts.SpanNs is > 0 && cpus.Count > 0 ? facts.Events * NsPerEvent / ((double)facts.SpanNs * cpus.Count) : null;
        facts.Coverage = book.Coverage;
        if (truth is not null && book.AnySpte)
        {
            facts.FalseYoung = book.FalseYoung;
            facts.FalseOld = book.FalseOld;
            facts.BitsRight = book.BitsRight;
            facts.BitsWrong = book.BitsWrong;
        }
        facts.Mmu = facts.Arch == "arm64" || facts.Count("kvm_guest_fault") > 0 ? "stage2"
            : book.AnySpte && shadowedTables ? "nested"
            : book.AnySpte ? "tdp"
            : facts.Count("kvm_mmu_set_spte") + facts.Count("kvm_mmu_paging_element") > 0 ? "shadow"
            : "unknown";
        facts.Sampling = facts.SampledPages > 1 ? SampledCounts.Of(calls.Values, facts.SampledPages) : null;
        facts.Commands = CommandsOf(folder);
        Profile(facts, modernIsolate, shrinkActive, memcgIds || frozen72);
        Judgement.Fill(facts);
        return facts;
    }

    // What the events show, checked against the release that the capture names (never derived from it alone).
    private static void Profile(CaptureFacts facts, bool shrinkInactive, bool shrinkActive, bool seventh)
    {
        if (facts.Count("mm_vmscan_lru_isolate") + facts.Count("mm_vmscan_write_folio") + facts.Count("mm_vmscan_lru_shrink_inactive") == 0)
        {
            facts.ProfileReason = "no reclaim event in the trace";
            return;
        }
        (facts.Profile, facts.ProfileReason) = shrinkActive ? ("classic", "mm_vmscan_lru_shrink_active occurs, which MGLRU never emits")
            : !shrinkInactive ? ("p61", "pages are written out but no batch is isolated or shrunk, as MGLRU before 6.12 traces")
            : seventh ? ("p72", "MGLRU batches as since 6.12, with marks of 7.x (memcg ids or the frozen value 1a0)")
            : ("p612", "MGLRU batches as since 6.12, no mark of 7.x");
        bool agrees = facts.Kernel.Length == 0 || facts.Profile switch
        {
            "p61" => facts.Kernel.StartsWith("6.1.", StringComparison.Ordinal) || facts.Kernel.StartsWith("6.6.", StringComparison.Ordinal),
            "p612" => facts.Kernel.StartsWith("6.1", StringComparison.Ordinal) && !facts.Kernel.StartsWith("6.1.", StringComparison.Ordinal),
            "p72" => facts.Kernel.StartsWith('7'),
            _ => true,
        };
        facts.ProfileReason += agrees ? "" : $"; the capture names kernel {facts.Kernel}, which does not fit";
    }

    private static List<(int Vm, ulong Gfn, ulong End)> DataFrames(string folder)
    {
        List<(int, ulong, ulong)> frames = [];
        string path = Path.Combine(folder, "memslots.parquet");
        if (!File.Exists(path))
        {
            return frames;
        }
        Table table = Table.Read(path, MemslotsTable.Schema);
        bool roles = Array.IndexOf(table[MemslotsTable.Role], "data") >= 0;
        List<string> vms = [];
        for (int row = 0; row < table.RowCount; row++)
        {
            string vm = table[MemslotsTable.Vm][row];
            if (!vms.Contains(vm))
            {
                vms.Add(vm);
            }
            if (!roles || table[MemslotsTable.Role][row] == "data")
            {
                ulong gfn = (ulong)table[MemslotsTable.Gfn][row];
                frames.Add((vms.IndexOf(vm), gfn, gfn + (ulong)table[MemslotsTable.Npages][row]));
            }
        }
        return frames;
    }

    private static int CommandsOf(string folder)
    {
        string path = Path.Combine(folder, "actions.parquet");
        return File.Exists(path) ? Table.Read(path, ActionsTable.Schema).RowCount : 0;
    }

    private static void ReadMemslots(string folder, CaptureFacts facts)
    {
        string path = Path.Combine(folder, "memslots.parquet");
        if (!File.Exists(path))
        {
            return;
        }
        Table table = Table.Read(path, MemslotsTable.Schema);
        facts.Memslots = table.RowCount;
        HashSet<string> vms = [];
        List<(long Ns, long Pages)> changes = [];
        for (int row = 0; row < table.RowCount; row++)
        {
            vms.Add(table[MemslotsTable.Vm][row]);
            long pages = table[MemslotsTable.Npages][row];
            changes.Add((table.IsNull(MemslotsTable.TsFromNs, row) ? long.MinValue : table[MemslotsTable.TsFromNs][row], pages));
            if (!table.IsNull(MemslotsTable.TsToNs, row))
            {
                changes.Add((table[MemslotsTable.TsToNs][row], -pages));
            }
        }
        facts.Vms = vms.Count;
        // Slots that go make room for those that come at the same moment.
        changes.Sort();
        long present = 0;
        foreach ((_, long pages) in changes)
        {
            present += pages;
            facts.GuestPages = Math.Max(facts.GuestPages, present);
        }
    }

    private static void ReadDiagnostics(string folder, CaptureFacts facts)
    {
        string path = Path.Combine(folder, "diagnostics.json");
        if (!File.Exists(path))
        {
            throw new ArtifactException(path, "no such file", "a dataset of this version");
        }
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        Numbers(root.GetProperty("answers"), facts.Answers);
        Numbers(root.GetProperty("repairs"), facts.Repairs);
        Numbers(root.GetProperty("events_by_name"), facts.EventsByName);
        Numbers(root.GetProperty("other_events_by_name"), facts.EventsByName);
        foreach (JsonProperty cause in root.GetProperty("gaps").GetProperty("marks").EnumerateObject())
        {
            facts.LostMarks += cause.Name is "overrun" or "overwritten" or "truncated_file" or "damaged_page" ? cause.Value.GetInt64() : 0;
        }
        foreach (JsonProperty cause in root.GetProperty("gaps").GetProperty("lost").EnumerateObject())
        {
            facts.LostEvents += cause.Value.GetInt64();
        }
        facts.UndeclaredLosses = root.GetProperty("undeclared_losses").GetInt64();
        facts.Quarantined = root.GetProperty("counters").GetProperty("quarantined").GetInt64();
        foreach (JsonElement input in root.GetProperty("inputs").EnumerateArray())
        {
            facts.Container = facts.Container.Length == 0 ? input.GetProperty("container").GetString()! : facts.Container;
        }
        foreach (JsonElement stream in root.GetProperty("streams").EnumerateArray())
        {
            facts.Clock = facts.Clock.Length == 0 ? stream.GetProperty("clock").GetString()! : facts.Clock;
            facts.ClockNamed |= stream.TryGetProperty("clock_named", out JsonElement named) && named.GetBoolean();
            facts.SampledPages = stream.TryGetProperty("sampled_pages", out JsonElement sampled) ? sampled.GetInt32() : facts.SampledPages;
            facts.Kernel = facts.Kernel.Length == 0 ? stream.GetProperty("kernel").GetString()! : facts.Kernel;
            facts.Arch = facts.Arch.Length == 0 ? stream.GetProperty("arch").GetString()! : facts.Arch;
            facts.SpteFormat = facts.SpteFormat == "none" ? stream.GetProperty("spte_format").GetString()! : facts.SpteFormat;
        }
        if (root.GetProperty("clock").TryGetProperty("alignment", out JsonElement alignment))
        {
            facts.ClockAlignment = alignment.GetString()!;
            facts.ClockReason = root.GetProperty("clock").GetProperty("reason").GetString()!;
        }
        foreach (JsonElement task in root.GetProperty("tasks_that_ask").EnumerateArray())
        {
            if (!task.GetProperty("is_reclaim").GetBoolean())
            {
                facts.Disturbers.Add($"{task.GetProperty("comm").GetString()} ({task.GetProperty("aging_calls").GetInt64()} aging, {task.GetProperty("test_calls").GetInt64()} test calls)");
            }
        }
    }

    private static void Numbers(JsonElement from, SortedDictionary<string, long> to)
    {
        foreach (JsonProperty number in from.EnumerateObject())
        {
            to[number.Name] = number.Value.GetInt64();
        }
    }
}
