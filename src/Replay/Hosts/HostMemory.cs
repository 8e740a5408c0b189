using System.Globalization;
using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Hosts;

/// <summary>A memory under a kernel's policy: page tables, notifiers, generations; takes demands in comparisons of policies.</summary>
/// <remarks>
/// A demand for a number of pages is met by the kernel's own means: a recorded eviction command first takes the generations that may be evicted;
/// what is missing is reclaimed as memory.reclaim does it, aging where the profile would. Reclaim works in batches, so it may take a few pages
/// more; what was taken too many is owed and subtracted from the next demand, so that all policies give up the same number.
/// </remarks>
public sealed class HostMemory : IReplayedMemory
{
    private const int FruitlessTries = 8;
    private const int ReclaimChunk = 32;
    private const int AnonymousOnly = 200;
    private const int MostVcpus = 4095;
    private readonly AccessSchedule _schedule;
    private readonly ReplayRecorder _recorder;
    private readonly RecordingObserver _observer;
    private readonly HostModel _host;
    private readonly ulong[] _touched;
    private readonly int _pages;
    private readonly bool _walksEverything;
    private readonly StaleBits? _stale;
    private readonly HugeLeafs? _huge;
    private long _owed;
    private HostCounts _lastJudged;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="guest">Guest pages.</param>
    /// <param name="setup">Rules.</param>
    /// <param name="schedule">Accesses.</param>
    /// <param name="recorder">Is told what comes and goes.</param>
    /// <param name="capacity">Limit of the cgroup, pages; null when only commands free pages.</param>
    /// <param name="logCalls">Whether every notifier call becomes a row.</param>
    /// <param name="slots">Memslots that come and go; null when all are there all the time.</param>
    public HostMemory(
        GuestPages guest, HostSetup setup, AccessSchedule schedule, ReplayRecorder recorder, long? capacity, bool logCalls, MemslotTimeline? slots = null)
    {
        _schedule = schedule;
        _recorder = recorder;
        _pages = guest.Count;
        _observer = new RecordingObserver(recorder);
        _host = new HostModel(guest, setup, _observer, recorder.NowNs);
        _observer.Host = _host;
        _host.Tables.ClearsEveryMmu = setup.ClearsEveryMmu;
        _walksEverything = setup.WalksEverything;
        if (recorder.Record.ModelledTrace is { } trace)
        {
            trace.Tasks[0] = "kvm-100";
            foreach (HostProcess process in _host.Processes)
            {
                process.Notifier.Record(trace);
            }
        }
        if (slots is not null)
        {
            _host.FollowSlots(slots, recorder.NowNs);
        }
        _touched = new ulong[(_host.Reclaim.Folios.Count + 63) >> 6];
        if (recorder.Record.StaleHotPages is not null)
        {
            _stale = new StaleBits(_host);
            _host.Tables.Asked += _stale.Ask;
            recorder.HasStaleBit = _stale.IsStale;
        }
        if (setup.Config.HugeLeafs)
        {
            _huge = new HugeLeafs(_host);
            _host.Tables.Asked += (word, _, _) => _huge.Ask(word);
            if (_stale is not null)
            {
                _huge.Shared = _stale.Touch;
            }
        }
        _host.Tables.FoundByWalk = (word, young) => _touched[word] &= ~young;
        if (capacity is long limit)
        {
            if (setup.OwnMemcgs)
            {
                _host.Reclaim.MachinePages = limit;
            }
            else
            {
                _host.Memcg.MaxPages = limit;
            }
        }
        if (logCalls)
        {
            _host.Tables.CallLog = (hook, caller, start, end, young, visited) =>
                recorder.Record.NotifierCalls.Add(new NotifierCallRow(recorder.NowNs, hook, caller, start, end, young, visited));
        }
    }

    /// <summary>The host.</summary>
    public HostModel Host => _host;

    // Task 0 gives commands and stands for every reclaimer; a vCPU thread follows for each vCPU that occurs. All run on one CPU, where file order
    // is truth: of two CPUs, events of one microsecond could be told apart by nothing.
    private void Trace(int vcpu)
    {
        if (_recorder.Record.ModelledTrace is { } trace)
        {
            while (trace.Tasks.Count <= vcpu + 1)
            {
                trace.Tasks.Add(string.Create(CultureInfo.InvariantCulture, $"CPU {trace.Tasks.Count - 1}/KVM-{100 + trace.Tasks.Count}"));
            }
            trace.NowNs = _recorder.NowNs;
            trace.Task = vcpu + 1;
        }
    }

    /// <inheritdoc/>
    public void Touch(int position)
    {
        ref readonly ScheduledAccess access = ref _schedule.Accesses[position];
        _recorder.Touch(position);
        _host.Reclaim.NowNs = _recorder.NowNs;
        int modelPage = _host.ModelPageOf(access.Page);
        _touched[modelPage >> 6] |= 1UL << (modelPage & 63);
        _stale?.Touch(modelPage);
        Trace(access.Host ? -1 : Math.Clamp(access.Vcpu, 0, MostVcpus));
        int tries = 0;
        long forced = _host.Reclaim.ForcedPages;
        while (!(access.Host
            ? _host.HostAccess(access.Page, access.Write, Cpu(access))
            : _host.GuestAccess(access.Page, access.Write, Cpu(access), access.Vcpu, access.Nested)))
        {
            // The cgroup is full of pages that the last tries all found young: age, as the kernel would before it gives up.
            if (++tries > FruitlessTries || _host.Memcg.Generations is null || _host.Reclaim.MachinePages > 0)
            {
                // The OOM killer's turn. From here on the page that finds no room goes above the limit, and is counted.
                _host.Reclaim.ForceCharges = true;
                continue;
            }
            _host.Reclaim.Age(_host.Memcg, -1, -1, force: true);
        }
        if (_host.Reclaim.ForcedPages > forced)
        {
            _recorder.Record.DemandErrors.Add(DemandErrors.Fault, Errno.ENOMEM, _recorder.NowNs, _host.Reclaim.ForcedPages - forced, 0);
        }
        _recorder.Insert(access.Page);
        if (!access.Nested)
        {
            _huge?.Touch(access.Page, access.Host);
        }
    }

    /// <inheritdoc/>
    public void Run(in DemandStep step)
    {
        _host.Reclaim.NowNs = _recorder.NowNs;
        Trace(-1);
        HostCounts before = HostCounts.Take(_host);
        _observer.AgingPasses = step.Kind == StepKind.Judge ? _observer.AgingPasses : 0;
        switch (step.Kind)
        {
            case StepKind.Age:
                if (_host.Memcg.Generations is not null)
                {
                    int rc = _host.Reclaim.Age(_host.Memcg, -1, step.Command.Swappiness > 0 ? ReclaimModel.AnonOnly - 1 : -1, step.Command.ForceScan || _walksEverything);
                    if (rc < 0)
                    {
                        _recorder.Record.DemandErrors.Add(step.Action, rc, _recorder.NowNs, 0, 0);
                    }
                    AddPass("command", before, walk: true);
                }
                GenerationCensus.Take(_host, _pages, _recorder, "aging");
                break;
            case StepKind.Cold:
                TakeCold(step, before);
                break;
            case StepKind.Free:
                Free(step);
                AddReclaimPasses(before);
                _recorder.EndPass(step.Action, step.Pages, GenerationCensus.BelievedCold(_host, _pages, _recorder));
                GenerationCensus.Take(_host, _pages, _recorder, step.Action);
                break;
            default:
                AddReclaimPasses(_lastJudged);
                _lastJudged = HostCounts.Take(_host);
                _recorder.EndPass(step.Action, 0, GenerationCensus.BelievedCold(_host, _pages, _recorder));
                GenerationCensus.Take(_host, _pages, _recorder, step.Action);
                break;
        }
    }

    /// <inheritdoc/>
    public void Change(in SlotChange change)
    {
        _host.Reclaim.NowNs = _recorder.NowNs;
        Trace(-1);
        _host.Apply(change);
    }

    /// <inheritdoc/>
    public void Mmio(in MmioAccess access)
    {
        _host.Reclaim.NowNs = _recorder.NowNs;
        Trace(0);
        _host.MmioAccess(access.Vm, new Gfn(access.Gfn));
    }

    /// <inheritdoc/>
    public void CheckInvariants() => _host.CheckInvariants();

    /// <inheritdoc/>
    public void Finish()
    {
        _host.CheckInvariants();
        for (long kill = 0; kill < _host.Reclaim.MinTtlKills; kill++)
        {
            _recorder.Record.DemandErrors.Add("min_ttl", Errno.ENOMEM, _recorder.NowNs, 0, 0);
        }
        HostCostRows.Add(_host, _recorder.Record.Costs);
    }

    private static int Cpu(in ScheduledAccess access) => Math.Max(0, access.Vcpu + 1);

    private void Free(in DemandStep step)
    {
        int start = _recorder.Record.Evictions.Count;
        long wanted = Math.Min(step.Pages, _recorder.ResidentPages) - _owed;
        if (step.Command.Kind == CommandKind.Evict && _host.Memcg.Generations is { } lruvec && wanted > 0)
        {
            int rc = _host.Reclaim.Evict(_host.Memcg, lruvec.MaxSeq - 2, step.Command.Swappiness, wanted, wanted);
            if (rc < 0)
            {
                _recorder.Record.DemandErrors.Add(step.Action, rc, _recorder.NowNs, wanted, 0);
            }
        }
        int fruitless = 0;
        while (Taken() < wanted && fruitless < FruitlessTries)
        {
            long before = Taken();
            _host.Reclaim.TryToFree(_host.Memcg, Math.Min(ReclaimChunk, wanted - before), ReclaimCaller.Proactive, -1);
            fruitless = Taken() > before ? 0 : fruitless + 1;
        }
        // What was asked for beyond what there is counts too: memory.reclaim answers both alike, debugfs says success, a charge fails.
        if (Taken() < step.Pages - _owed)
        {
            int answer = step.Command.Kind switch { CommandKind.Evict => 0, CommandKind.Pressure => Errno.ENOMEM, _ => Errno.EAGAIN };
            _recorder.Record.DemandErrors.Add(step.Action, answer, _recorder.NowNs, step.Pages - _owed, Taken());
        }
        _owed = Math.Max(0, Taken() - wanted);

        long Taken() => _recorder.Record.Evictions.Count - start;
    }

    // A forced pass, then every generation whose youngest possible use is old enough. Lists without generations know no age: nothing is taken.
    private void TakeCold(in DemandStep step, in HostCounts before)
    {
        int start = _recorder.Record.Evictions.Count;
        if (_host.Memcg.Generations is { } lruvec)
        {
            _host.Reclaim.Age(_host.Memcg, -1, -1, force: true);
            AddPass("command", before, walk: true);
            long last = long.MinValue;
            for (long seq = lruvec.MinSeq(0); seq <= lruvec.MaxSeq - 2; seq++)
            {
                last = step.AgeNs <= _recorder.NowNs && lruvec.BornNs(seq + 1) <= _recorder.NowNs - step.AgeNs ? seq : last;
            }
            if (last != long.MinValue)
            {
                _host.Reclaim.Evict(_host.Memcg, last, AnonymousOnly, long.MaxValue, long.MaxValue);
            }
        }
        AddReclaimPasses(before);
        _recorder.EndPass(step.Action, _recorder.Record.Evictions.Count - start, GenerationCensus.BelievedCold(_host, _pages, _recorder));
        GenerationCensus.Take(_host, _pages, _recorder, step.Action);
    }

    private void AddReclaimPasses(in HostCounts before)
    {
        if (_observer.AgingPasses > 0)
        {
            AddPass("demand", before, walk: true);
            _observer.AgingPasses = 0;
        }
        if (_host.Tables.RmapAsked > before.RmapAsked)
        {
            AddPass("eviction", before, walk: false);
        }
    }

    private void AddPass(string trigger, in HostCounts before, bool walk)
    {
        HostCounts now = HostCounts.Take(_host);
        AgingPassRow row = new()
        {
            Pass = _recorder.Record.AgingPasses.Count,
            TsNs = _recorder.NowNs,
            Trigger = trigger,
            MaxSeq = _host.Memcg.Generations?.MaxSeq ?? 0,
            PagesAsked = walk ? now.WalkAsked - before.WalkAsked : now.RmapAsked - before.RmapAsked,
            PagesYoung = walk ? now.WalkYoung - before.WalkYoung : now.RmapYoung - before.RmapYoung,
            YoungPrimary = walk ? now.WalkYoungPrimary - before.WalkYoungPrimary : now.RmapYoungPrimary - before.RmapYoungPrimary,
            YoungSecondary = walk ? now.WalkCleared - before.WalkCleared : now.RmapCleared - before.RmapCleared,
            Promoted = walk ? now.Promotions - before.Promotions : 0,
            PtesVisited = walk ? now.WalkAsked - before.WalkAsked : now.RmapAsked - before.RmapAsked,
            SptesVisited = walk ? now.WalkVisited - before.WalkVisited : now.RmapVisited - before.RmapVisited,
            NotifierCalls = walk ? now.WalkCalls - before.WalkCalls : now.RmapCalls - before.RmapCalls,
            Flushes = walk ? now.WalkFlushes - before.WalkFlushes : now.RmapFlushes - before.RmapFlushes,
        };
        if (walk)
        {
            // What a walk found was taken out as it was found; what is left and still mapped was touched and not seen.
            for (int w = 0; w < _touched.Length; w++)
            {
                row.MissedYoung += _touched[w] == 0 ? 0 : BitOperations.PopCount(_touched[w] & _host.Tables.Present(w));
                _touched[w] = 0;
            }
        }
        _recorder.Record.AgingPasses.Add(row);
    }
}
