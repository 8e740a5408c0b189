using System.Text.Json;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Reports.Tests.Fixtures;

/// <summary>A run folder of made-up but consistent tables in a temporary place, removed at the end.</summary>
public sealed class FixtureRun : IDisposable
{
    private static int _count;
    private readonly bool _keep;

    public FixtureRun(RunOptions options, string? folder = null)
    {
        _keep = folder is not null;
        string root = folder ?? Path.Combine(Path.GetTempPath(), $"secondlook-reports-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Folder = new RunFolder(root);
        Job = new Job
        {
            Name = options.Name,
            Trace = new TraceSection { Inputs = ["/somewhere/" + options.Name + options.Hostile] },
            Schedule = new ScheduleSection { Options = ["uniform"] },
            Reclaim = new ReclaimSection { Demand = options.Capacities.Length > 0 ? "capacity" : "as-recorded" },
            Policies = [.. options.Policies.Select(p => new PolicySpec(p, p, new SortedDictionary<string, string>(StringComparer.Ordinal)))],
            Seed = options.Seed,
            Codec = ParquetCodec.None,
        };
        Directory.CreateDirectory(Folder.Events);
        WriteSchedules(options);
        WriteReplay(options);
        WriteTrace(options);
        if (options.Calibrated)
        {
            WriteCalibration(options);
        }
    }

    public RunFolder Folder { get; }

    public Job Job { get; }

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder.Report, name));

    public FixtureRun Report()
    {
        ReportStage.Run(Job, Folder, null, CancellationToken.None);
        return this;
    }

    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Folder.Root, recursive: true);
        }
    }

    private static void Save(string path, TableBuilder table) => ParquetTables.Write(path, table, ParquetCodec.None);

    private void WriteSchedules(RunOptions o)
    {
        TableBuilder schedules = new(SchedulesTable.Schema);
        TableBuilder pages = new(PagesTable.Schema);
        for (int p = 0; p < o.Pages; p++)
        {
            int slot = p * o.Slots / o.Pages;
            int r = pages.AddRow();
            pages[PagesTable.Page].Set(r, p);
            pages[PagesTable.Vm].Set(r, "vm0" + o.Hostile);
            pages[PagesTable.Slot].Set(r, slot);
            pages[PagesTable.Gfn].Set(r, 0x40000 + p + (slot * 0x1000));
            pages[PagesTable.Hva].Set(r, 0x600000000000 + (p * 4096L));
            pages[PagesTable.Data].Set(r, true);
        }
        Save(Path.Combine(Folder.Schedule, "pages.parquet"), pages);
        for (int s = 0; s < o.Schedules.Length; s++)
        {
            ToyReplay toy = new(o, s);
            int r = schedules.AddRow();
            schedules[SchedulesTable.Schedule].Set(r, s);
            schedules[SchedulesTable.Name].Set(r, o.Schedules[s]);
            schedules[SchedulesTable.Accesses].Set(r, o.Schedules[s] == "truth" ? "truth" : "trace");
            schedules[SchedulesTable.Touches].Set(r, toy.Touches.Count);
            if (o.Coverage is { } coverage)
            {
                schedules[SchedulesTable.Coverage].Set(r, coverage);
            }
            TableBuilder touches = new(TouchesTable.Schema);
            foreach ((long ts, int page) in toy.Touches)
            {
                int t = touches.AddRow();
                touches[TouchesTable.TsNs].Set(t, ts);
                touches[TouchesTable.Page].Set(t, page);
                touches[TouchesTable.Write].Set(t, false);
                touches[TouchesTable.Origin].Set(t, "interval");
                touches[TouchesTable.Step].Set(t, -1);
            }
            Save(Path.Combine(Folder.Schedule, $"touches-{o.Schedules[s]}.parquet"), touches);
        }
        Save(Path.Combine(Folder.Schedule, "schedules.parquet"), schedules);
    }

    private void WriteReplay(RunOptions o)
    {
        long?[] capacities = o.Capacities.Length > 0 ? [.. o.Capacities.Select(c => (long?)c)] : [null];
        foreach (string policy in o.Policies)
        {
            FixtureTables tables = new();
            for (int s = 0; s < o.Schedules.Length; s++)
            {
                foreach (long? capacity in capacities)
                {
                    RunOptions cut = capacity is { } c ? o with { PerReclaim = (int)Math.Max(1, (o.Pages - c) / 4) } : o;
                    ToyReplay toy = new(cut, s);
                    toy.Run(policy);
                    tables.Add(toy, s, capacity, withGenerations: policy is not ("lru" or "opt") && capacity == capacities[0]);
                }
            }
            tables.Save(Folder.ReplayOf(policy), withAging: policy is not ("lru" or "opt"));
        }
        ToyReplay head = new(o, 0);
        AtomicFile.WriteText(Path.Combine(Folder.Replay, "replay.json"), JsonSerializer.Serialize(new
        {
            schema = "replay/1.0",
            demand = o.Capacities.Length > 0 ? "capacity" : "as-recorded",
            capacities = o.Capacities,
            horizon_ns = head.HorizonNs,
            cold_age_ns = head.HorizonNs,
            median_gap_ns = o.PassNs,
            answer_gap_ns = o.PassNs,
            begin_ns = ToyReplay.BeginNs,
            end_ns = head.EndNs,
            harvests = o.Passes,
            footprint_pages = head.Touches.Select(t => t.Page).Distinct().Count(),
            start_state_unknown_pages = 0,
            mmu = o.Mmu,
            hva_only = o.HvaOnly,
            commands = "actions",
            recorded_preset = o.Policies[0],
            missing_events = o.Coverage < 0.8 ? (string[])["kvm_tdp_mmu_spte_changed"] : [],
            not_modelled = (string[])["tiers and refault feedback", "huge pages"],
            policies = o.Policies.Select(p => new { name = p, preset = p, reference = p is "lru" or "opt", profile = p is "lru" or "opt" ? "" : "p612", not_modelled = Array.Empty<string>() }),
        }));
    }

    private void WriteTrace(RunOptions o)
    {
        AtomicFile.WriteText(Folder.Diagnostics, JsonSerializer.Serialize(new
        {
            schema = "diagnostics/1.0",
            answers = new { aging_calls = 7993, old = 4568, young_again = 1936 },
            events_by_name = new Dictionary<string, long> { ["kvm_age_hva"] = 7993, ["kvm_unmap_hva_range"] = 916, ["kvm_tdp_mmu_spte_changed"] = 5709, ["kvm_page_fault" + o.Hostile] = 1261 },
            quarantine = new Dictionary<string, object> { ["malformed_event" + o.Hostile] = new { count = 3, examples = new[] { new { input = "trace.txt", line = 7, text = "torn line" + o.Hostile } } } },
            repairs = new { clock_backward = 1 },
            streams = new[] { new { arch = "x86_64", clock = "mono", kernel = "6.12.117" + o.Hostile } },
            undeclared_losses = 0,
        }));
        TableBuilder gaps = new(GapsTable.Schema);
        for (int i = 0; i < o.Gaps; i++)
        {
            int r = gaps.AddRow();
            gaps[GapsTable.Seq].Set(r, i);
            gaps[GapsTable.TsBeginNs].Set(r, ToyReplay.BeginNs + (i * 1000));
            gaps[GapsTable.TsEndNs].Set(r, ToyReplay.BeginNs + (i * 1000) + 500);
            gaps[GapsTable.Cpu].Set(r, 0);
            gaps[GapsTable.Lost].Set(r, 100 + i);
            gaps[GapsTable.Cause].Set(r, "overrun");
        }
        Save(Path.Combine(Folder.Events, "gaps.parquet"), gaps);
    }

    private void WriteCalibration(RunOptions o) => AtomicFile.WriteText(Folder.Calibration, JsonSerializer.Serialize(new
    {
        captures = new[]
        {
            new
            {
                name = o.Name + o.Hostile,
                policy = o.Policies[0],
                accesses = "trace",
                mode = "free",
                snapshots = new[]
                {
                    new { name = "005-populated", generation_error = 0.011, max_seq_offset = 0 },
                    new { name = "016-evicted", generation_error = 0.034, max_seq_offset = 1 },
                },
                residencies = new[]
                {
                    new { name = "005-populated", real = 0, modelled = 0, common = 0, jaccard = 1.0 },
                    new { name = "016-evicted", real = 518, modelled = 516, common = 516, jaccard = 0.9961 },
                    new { name = "034-reclaimed", real = 735, modelled = 718, common = 700, jaccard = 0.9297 },
                },
                counters = new Dictionary<string, double[]> { ["pgscan"] = [1969, 1900], ["workingset_refault_anon"] = [241, 254] },
            },
        },
    }));
}
