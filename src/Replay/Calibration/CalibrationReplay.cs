using SecondLook.Replay.Demands;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Calibration;

/// <summary>
/// Replays a capture under the rules of the kernel that was recorded, with everything that decides whom it evicts (swap writes that take
/// time, insertion batches, read-around, the program's own pages), and holds the result against what the kernel did.
/// </summary>
/// <remarks>
/// Reads accesses, commands, the memory limit, the number of program pages at start, the CPUs of threads and, under classic lists, the sizes of
/// the file lists at each snapshot; nothing that tells what was evicted
/// (modes <c>volume</c> and <c>volume_order</c> alone read how many pages the first eviction unmapped, the latter also when pages reached the lists).
/// </remarks>
public sealed class CalibrationReplay
{
    private const int MostProgramPages = 4096;
    private const int FillPages = 32;
    private const int MostFills = 256;
    private readonly CaptureInput _input;
    private readonly RecordedState _real;
    private readonly AccessSchedule _schedule;
    private readonly HostModel _host;
    private readonly CaptureProgram _program;
    private readonly CalibratedCapture _result;
    private readonly bool[] _known;
    private readonly int _batch;
    private readonly Dictionary<int, (int Step, int Count)> _inBatch = [];
    private readonly InsertionReplay? _insertions;
    private int _position;
    private long _volume;
    private long _volumeNs;

    /// <summary>Prepares the replay of one capture.</summary>
    /// <param name="input">The capture.</param>
    /// <param name="real">What the kernel did.</param>
    /// <param name="schedule">Accesses.</param>
    /// <param name="setup">Rules of the recorded kernel.</param>
    /// <param name="preset">Their name.</param>
    /// <param name="mode"><c>free</c>, <c>volume</c> or <c>volume_order</c>.</param>
    /// <param name="effects">What is modelled beside the guest.</param>
    public CalibrationReplay(CaptureInput input, RecordedState real, AccessSchedule schedule, HostSetup setup, string preset, string mode, BackgroundEffects effects)
    {
        _input = input;
        _real = real;
        _schedule = schedule;
        _batch = AccessBatches.SizeOf(schedule);
        ReclaimSwitches switches = effects.Over(setup.Switches);
        _host = new HostModel(input.Pages, setup with { Switches = switches }, new ReclaimObserver(), input.BeginNs);
        if (input.Demand.MemoryMaxPages > 0 || (real.Snapshots.Count > 0 && real.Snapshots[0].MemoryMax > 0))
        {
            _host.Memcg.MaxPages = input.Demand.MemoryMaxPages > 0 ? input.Demand.MemoryMaxPages : real.Snapshots[0].MemoryMax;
        }
        _program = new CaptureProgram(_host, Shape(), input.Scan.Facts.Cpus, input.BeginNs, effects);
        if (string.Equals(mode, "volume_order", StringComparison.Ordinal) && InsertionsOf(input) is { Count: > 0 } insertions)
        {
            _insertions = new InsertionReplay(_host, insertions, ModelPageOf, FirstReclaimNs(input));
        }
        _known = new bool[input.Pages.Count];
        _result = new CalibratedCapture { Name = input.Name, Policy = preset, Accesses = schedule.Source, Mode = mode };
    }

    /// <summary>Told of every call about a data page that a command makes; null for nobody.</summary>
    public CommandCalls? Calls { get; init; }

    /// <summary>Runs it.</summary>
    public CalibratedCapture Run(CancellationToken cancel)
    {
        if (!string.Equals(_result.Mode, "free", StringComparison.Ordinal))
        {
            LimitVolume();
        }
        _host.Tables.CallLog = Calls is null ? null : (hook, caller, start, _, _, _) => Calls.Add(hook, caller, _input.Pages.OfHva(start, _host.Reclaim.NowNs, out long _));
        int snapshot = 0;
        int residency = 0;
        RecordedCommand? last = null;
        foreach (RecordedCommand command in _input.Demand.Commands)
        {
            cancel.ThrowIfCancellationRequested();
            if (command.Kind == CommandKind.Pressure)
            {
                continue;
            }
            AccessUntil(command.BeginNs);
            _program.EndBatches(command.BeginNs);
            _host.Reclaim.NowNs = command.BeginNs;
            _host.Reclaim.CommandCpu = _input.Scan.Facts.Cpus.OfCommands(command.BeginNs);
            if (command.Word.Length > 0 && !command.Inferred && last is { } done)
            {
                _program.End(done);
            }
            last = command;
            _insertions?.Command(command.BeginNs, command.EndNs);
            Calls?.Begin(command, _host);
            _program.Begin(command);
            switch (command.Word)
            {
                case "age":
                    Age(command);
                    break;
                case "evict":
                    Evict(command);
                    FillVolume(command);
                    break;
                case "reclaim":
                    _host.Reclaim.ReclaimMemcg(_host.Memcg, Math.Max(1, command.Pages));
                    _host.Reclaim.Settle();
                    FillVolume(command);
                    break;
                case "snap":
                    _program.BeginSnapshot(command.BeginNs);
                    bool classic = _host.Memcg.Generations is null;
                    if (classic)
                    {
                        _program.CopyKernelFiles(command.BeginNs);
                    }
                    while (snapshot < _real.Snapshots.Count && _real.Snapshots[snapshot].TsNs <= command.EndNs)
                    {
                        Compare(_real.Snapshots[snapshot], snapshot == 0);
                        snapshot++;
                    }
                    if (!classic)
                    {
                        _program.CopyKernelFiles(command.BeginNs);
                    }
                    PrintedStatistics.Flush(_host, classic && snapshot > 0 ? _real.Snapshots[snapshot - 1] : null);
                    _program.CopyCgroupFiles(command.BeginNs);
                    break;
                case "residency":
                    while (residency < _real.Residencies.Count && _real.Residencies[residency].TsNs <= command.EndNs)
                    {
                        Compare(_real.Residencies[residency++]);
                    }
                    _program.Residency(ResidencyRuns(), command.BeginNs);
                    break;
                case "cg" when command.Detail.StartsWith("memory.max ", StringComparison.Ordinal):
                    long bytes = RecordedCommand.Quantity(command.Detail["memory.max ".Length..].Trim());
                    _host.Memcg.MaxPages = bytes > 0 ? bytes >> 12 : long.MaxValue;
                    break;
            }
        }
        AccessUntil(long.MaxValue);
        CompareCounters();
        _host.CheckInvariants();
        return _result;
    }

    private void Age(in RecordedCommand command)
    {
        bool old = !_host.Reclaim.Switches.IsNew;
        if (_host.Memcg.Generations is null)
        {
            return;
        }
        // Old kernels take can_swap, 0 or 1; new ones a swappiness.
        int swappiness = old ? (command.Swappiness == 0 ? 0 : -1) : command.Swappiness;
        _host.Reclaim.Age(_host.Memcg, -1, swappiness, command.ForceScan);
    }

    private void Evict(in RecordedCommand command)
    {
        if (_host.Memcg.Generations is null)
        {
            return;
        }
        _host.Reclaim.Evict(_host.Memcg, -1, command.Swappiness, command.Pages < 0 ? long.MaxValue : command.Pages);
        _host.Reclaim.Settle();
    }

    /// <summary>Insertions from the first snapshot on; those before are what it lists, and other programs'.</summary>
    private static List<RecordedInsertion> InsertionsOf(CaptureInput input)
    {
        long beginNs = input.BeginNs;
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            if (string.Equals(command.Word, "snap", StringComparison.Ordinal))
            {
                beginNs = command.BeginNs;
                break;
            }
        }
        List<RecordedInsertion> entries = RecordedInsertions.Read(input);
        entries.RemoveAll(e => e.TsNs < beginNs);
        return entries;
    }

    private static long FirstReclaimNs(CaptureInput input)
    {
        foreach (RecordedCommand command in input.Demand.Commands)
        {
            if (command.Kind is CommandKind.Evict or CommandKind.Reclaim or CommandKind.Pressure)
            {
                return command.BeginNs;
            }
        }
        return long.MaxValue;
    }

    // The control slot of the program begins at guest frame 0.
    private int ModelPageOf(long gfn)
    {
        int page = _input.Pages.OfGfn(0, unchecked((ulong)gfn), _input.BeginNs);
        return page >= 0 ? _host.ModelPageOf(page) : _program.ControlPageOf(gfn);
    }

    /// <summary>Mode volume: as many data pages are unmapped by the first residency file that has any as the kernel had unmapped.</summary>
    private void LimitVolume()
    {
        if (_host.Memcg.MaxPages < long.MaxValue)
        {
            // Under memory.max there is no first command to stop.
            return;
        }
        foreach (RecordedResidency residency in _real.Residencies)
        {
            if (residency.Swapped.Count > 0)
            {
                _host.Reclaim.LimitedPages = page => _host.GuestPageOf(page) >= 0;
                _host.Reclaim.UnmapLimit = residency.Swapped.Count;
                _volume = residency.Swapped.Count;
                _volumeNs = residency.TsNs;
                return;
            }
        }
    }

    /// <summary>The last command before that residency file goes on until the volume is reached.</summary>
    private void FillVolume(in RecordedCommand command)
    {
        if (_volume == 0)
        {
            return;
        }
        foreach (RecordedCommand later in _input.Demand.Commands)
        {
            if (later.BeginNs > command.BeginNs && later.BeginNs < _volumeNs && later.Kind is (CommandKind.Evict or CommandKind.Reclaim))
            {
                return;
            }
        }
        for (int i = 0; i < MostFills && _host.Reclaim.Counters.PgUnmap < _volume; i++)
        {
            if (command.Kind == CommandKind.Evict)
            {
                _host.Reclaim.Evict(_host.Memcg, -1, command.Swappiness, FillPages);
            }
            else
            {
                _host.Reclaim.ReclaimMemcg(_host.Memcg, FillPages);
            }
            _host.Reclaim.Settle();
        }
        _host.Reclaim.UnmapLimit = long.MaxValue;
        _volume = 0;
    }

    private void AccessUntil(long tsNs)
    {
        ReadOnlySpan<ScheduledAccess> accesses = _schedule.Accesses;
        while (_position < accesses.Length && accesses[_position].TsNs <= tsNs)
        {
            ref readonly ScheduledAccess access = ref accesses[_position];
            int cpu = access.Host ? _input.Scan.Facts.Cpus.OfCommands(access.TsNs) : _input.Scan.Facts.Cpus.OfVcpu(access.Vcpu, access.TsNs);
            _host.Reclaim.NowNs = access.TsNs;
            bool begins = false;
            if (!access.Host)
            {
                int vcpu = Math.Max(0, access.Vcpu);
                (int step, int inBatch) = _inBatch.GetValueOrDefault(vcpu, (int.MinValue, 0));
                if (step != access.Step || inBatch >= _batch)
                {
                    _program.BeginBatch(vcpu, access.Step, access.TsNs);
                    inBatch = 0;
                    begins = true;
                }
                _inBatch[vcpu] = (access.Step, inBatch + 1);
            }
            _known[access.Page] = true;
            _program.Reach(_host.ModelPageOf(access.Page), cpu);
            if (access.Host)
            {
                _host.HostAccess(access.Page, access.Write, cpu);
            }
            else
            {
                _host.GuestAccess(access.Page, access.Write, cpu);
            }
            if (begins)
            {
                _program.FirstAccess(access.Vcpu, access.TsNs);
            }
            _insertions?.Advance(access.TsNs, wait: true);
            _position++;
        }
    }

    private void Compare(RecordedSnapshot snapshot, bool first)
    {
        if (!first)
        {
            if (_host.Memcg.Generations is { } lruvec)
            {
                _result.Snapshots.Add(GenerationError.Compare(snapshot, lruvec));
            }
            else
            {
                _result.Snapshots.Add(GenerationError.CompareClassic(snapshot, _host));
            }
        }
    }

    private void Compare(RecordedResidency residency)
    {
        long modelled = 0;
        long common = 0;
        for (int p = 0; p < _known.Length; p++)
        {
            if (_known[p] && !_host.IsMapped(p))
            {
                modelled++;
                common += residency.Swapped.Contains(_input.Pages.GfnOf(p)) ? 1 : 0;
            }
        }
        _result.Residencies.Add(new CalibratedResidency(residency.Name, residency.Swapped.Count, modelled, common));
    }

    private void CompareCounters()
    {
        if (_real.Snapshots.Count < 2)
        {
            return;
        }
        RecordedSnapshot first = _real.Snapshots[0];
        RecordedSnapshot last = _real.Snapshots[^1];
        ReclaimCounters model = _host.Memcg.Counters;
        _result.Counters["pgscan"] = (last.Counter("pgscan") - first.Counter("pgscan"), model.PgScan[0] + model.PgScan[1]);
        _result.Counters["pgsteal"] = (last.Counter("pgsteal") - first.Counter("pgsteal"), model.PgSteal[0] + model.PgSteal[1]);
        _result.Counters["workingset_refault_anon"] = (last.Counter("workingset_refault_anon") - first.Counter("workingset_refault_anon"), model.Refault[0]);
        _result.Counters["workingset_restore_anon"] = (last.Counter("workingset_restore_anon") - first.Counter("workingset_restore_anon"), model.WorkingsetRestore[0]);
    }

    private ProgramShape Shape()
    {
        RecordedSnapshot? start = _real.Snapshots.Count > 0 ? _real.Snapshots[0] : null;
        int vcpus = 1;
        foreach (ref readonly ScheduledAccess access in _schedule.Accesses)
        {
            vcpus = Math.Max(vcpus, access.Vcpu + 1);
        }
        CaptureFacts facts = _input.Scan.Facts;
        int tables = 0;
        foreach (ref readonly SlotPages slot in _input.Pages.Slots)
        {
            tables += ProgramShape.TablesOf(slot.Npages);
        }
        int listed = (int)Math.Min(Listed(start), MostProgramPages);
        int anon = (int)Math.Clamp(start?.Pages("anon") ?? 0, 0, MostProgramPages);
        // Where the statistics had not been flushed at start, the usual number of the program's pages stands in.
        int pages = anon > 0 ? Math.Max(anon, listed) : ProgramShape.UsualPages(vcpus, !facts.Stage2Faults, _input.Pages.Count);
        int huge = (int)Math.Clamp(start?.Pages("anon_thp") ?? 0, 0, pages);
        return new ProgramShape(pages, listed, vcpus, _batch, _input.Pages.Count, tables, !facts.Stage2Faults, !facts.SpteChanges && facts.SpteSets, huge);
    }

    /// <summary>Runs of pages in one state, as a residency file lists them.</summary>
    private int ResidencyRuns()
    {
        int runs = 0;
        int before = -1;
        for (int p = 0; p < _known.Length; p++)
        {
            int state = !_known[p] ? 0 : _host.IsMapped(p) ? 1 : 2;
            runs += state != before ? 1 : 0;
            before = state;
        }
        return runs;
    }

    private static long Listed(RecordedSnapshot? snapshot)
    {
        long pages = 0;
        foreach (PrintedGeneration generation in snapshot?.Generations ?? [])
        {
            pages += generation.Anon;
        }
        return snapshot is null || pages > 0 ? pages : snapshot.Pages("inactive_anon") + snapshot.Pages("active_anon");
    }
}
