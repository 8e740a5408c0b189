using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Bounds;

/// <summary>
/// Replays the two policies of the verdict with each defect of the trace filled in other ways, so that the report can say how far the defect
/// could move the headline (product.md 5.1).
/// </summary>
/// <remarks>
/// What is lost cannot be put back. Its weight is measured instead, in both directions: the same amount of the same damage is done to the trace once
/// more, at other places; and for losses without a mark as much as may be missing is put back (<see cref="LossCompletion"/>). What is merely unknown (start state, outcomes) is filled both ways.
/// </remarks>
public sealed class TrustBounds
{
    private const int Injections = 16;
    private const int InjectionsOfLongTrace = 8;
    private const int EventsOfLongTrace = 300_000;
    private const long MarkErrorNs = 50_000;
    private const int TlbEntries = 1536;
    private const int SmallTlbEntries = 64;
    private const long RefaultCostNs = 100_000;
    private const int Trials = 3;
    private const int TrialShare = 200;
    private readonly Job _job;
    private readonly CaptureInput _input;
    private readonly ReplaySettings _settings;
    private readonly AccessSchedule _head;
    private readonly List<PolicyPlan> _pair;
    private readonly CancellationToken _cancel;
    private readonly List<BoundingReplay> _rows = [];
    private long? _vanished;
    private LossCompletion? _completion;
    private DamagePlaces? _places;

    private TrustBounds(Job job, CaptureInput input, ReplaySettings settings, AccessSchedule head, List<PolicyPlan> pair, CancellationToken cancel)
    {
        _job = job;
        _input = input;
        _settings = settings;
        _head = head;
        _pair = pair;
        _cancel = cancel;
    }

    /// <summary>Runs all bounding replays of a job on a capture.</summary>
    /// <param name="job">The job.</param>
    /// <param name="input">The capture.</param>
    /// <param name="settings">Horizon, ages, capacities.</param>
    /// <param name="head">The schedule that heads the report.</param>
    /// <param name="plans">Policies of the job.</param>
    /// <param name="damage">What ingest found wrong: quarantined lines, events of an unknown VM, events too late to be sorted in, losses without a mark.</param>
    /// <param name="cancel">Stops.</param>
    /// <param name="machine">Also what the machine and the guest would have done, which is no defect of the input.</param>
    public static List<BoundingReplay> Run(
        Job job, CaptureInput input, ReplaySettings settings, AccessSchedule head, List<PolicyPlan> plans, RecordedDamage damage, CancellationToken cancel, bool machine = true)
    {
        List<PolicyPlan> pair = VerdictPair(plans);
        if (pair.Count < 2 || input.Scan.Known.Intervals.Count == 0)
        {
            return [];
        }
        TrustBounds bounds = new(job, input, settings, head, pair, cancel);
        bounds.Add("none", "head", input, head, null);
        bool fromTrace = string.Equals(head.Source, "trace", StringComparison.Ordinal);
        if (fromTrace)
        {
            bounds.FillUnknown(damage);
            bounds.Inject(damage);
        }
        if (machine)
        {
            bounds.Machine();
        }
        return bounds._rows;
    }

    /// <summary>The two policies that the report compares: the first that is not LRU or OPT, and the next such one, or LRU.</summary>
    public static List<PolicyPlan> VerdictPair(List<PolicyPlan> plans)
    {
        List<PolicyPlan> pair = [];
        foreach (PolicyPlan plan in plans)
        {
            if (pair.Count < 2 && plan.Preset is not ("lru" or "opt"))
            {
                pair.Add(plan);
            }
        }
        foreach (string reference in (string[])["lru", "opt"])
        {
            foreach (PolicyPlan plan in plans)
            {
                if (pair.Count < 2 && string.Equals(plan.Preset, reference, StringComparison.Ordinal))
                {
                    pair.Add(plan);
                }
            }
        }
        return pair;
    }

    // What losses left unknown is weighed by doing the loss again; here is what a whole trace leaves open.
    private void FillUnknown(RecordedDamage damage)
    {
        KnownIntervals known = _input.Scan.Known;
        bool whole = _input.Gaps.Count + damage.Undeclared + damage.Disorder + known.Contradictions == 0;
        bool start = false;
        bool open = false;
        foreach (KnownInterval interval in known.Intervals)
        {
            start |= interval.BeginNs == long.MinValue;
            open |= IsOpen(interval);
        }
        if (start && whole)
        {
            Add("start_state", "touched_at_begin", _input, Filled(known, i => i.BeginNs == long.MinValue, IntervalOutcome.Young), null);
            Add("start_state", "untouched", _input, Filled(known, i => i.BeginNs == long.MinValue, IntervalOutcome.Unknown), null);
        }
        if (open && whole)
        {
            Add("outcomes", "all_touched", _input, Filled(known, IsOpen, IntervalOutcome.Young), null);
        }
    }

    private bool IsOpen(KnownInterval interval) => interval.Outcome == IntervalOutcome.Unknown && interval.BeginNs != long.MinValue
        && _input.Scan.Known.Contradictions == 0 && !_input.Gaps.Touches(interval.BeginNs, interval.EndNs);

    private void Inject(RecordedDamage damage)
    {
        List<long> steps = [];
        foreach (long size in _input.Scan.Facts.StepsBackNs)
        {
            if (steps.Count < InjectionsOfLongTrace)
            {
                steps.Add(-size);
            }
        }
        long reordered = Math.Max(0, damage.Disorder - steps.Count - _input.Steps.Count);
        // Contradictions have one source: marked losses explain them, else events out of order, else losses without a mark.
        bool unmarked = Contradictions(damage) > 0 && _input.Gaps.Count == 0 && reordered == 0;
        int injections = _input.Scan.Facts.Events > EventsOfLongTrace ? InjectionsOfLongTrace : Injections;
        for (int seed = 1; seed <= injections; seed++)
        {
            ulong s = (_job.Seed << 8) + (ulong)seed;
            if (_input.Gaps.Count > 0)
            {
                long each = Math.Max(1, _input.Gaps.Lost / _input.Gaps.Count);
                List<long> losses = [];
                for (int g = 0; g < _input.Gaps.Count; g++)
                {
                    losses.Add(each);
                }
                Hurt("lost_events", seed, new EventDamage { Seed = s, MarkedLosses = losses });
            }
            if (unmarked)
            {
                Vanish("undeclared", seed, s, EstimateVanished(Contradictions(damage)));
            }
            if (damage.Quarantined > 0)
            {
                Vanish("quarantine", seed, s, damage.Quarantined);
            }
            if (damage.UnknownVm > 0)
            {
                Vanish("vm", seed, s, damage.UnknownVm);
            }
            long contradictory = ContradictoryEvents();
            if (contradictory > 0)
            {
                Vanish("contradictory", seed, s, contradictory);
            }
            if (reordered > 0)
            {
                Hurt("order", seed, new EventDamage { Seed = s, Swapped = reordered });
            }
            if (_input.Steps.Count > 0 || steps.Count > 0)
            {
                // Steps that marks show are taken back, up to what the least delayed marks of two stretches differ by (inference.md 6).
                List<long> left = [.. steps];
                for (int i = 0; i < _input.Steps.Count; i++)
                {
                    left.Add((seed & 1) == 0 ? MarkErrorNs : -MarkErrorNs);
                }
                Hurt("clock", seed, new EventDamage { Seed = s, StepsNs = left });
            }
            if (string.Equals(_input.Demand.Source, "inferred", StringComparison.Ordinal) && seed <= 2)
            {
                List<DemandStep> moved = [];
                foreach (DemandStep step in DemandStep.AsRecorded(_input.Demand))
                {
                    moved.Add(step with { TsNs = seed == 1 ? step.TsNs : step.Command.EndNs });
                }
                Add("commands", seed == 1 ? "at_begin" : "at_end", _input, _head, moved);
            }
        }
    }

    // Ingest and the intervals see the same contradictions from two sides.
    private long Contradictions(RecordedDamage damage) => Math.Max(damage.Undeclared, _input.Scan.Known.Contradictions);

    // What lies outside every memslot, or does not fit, is as good as lost; the VMM's own unmaps are no defect.
    private long ContradictoryEvents()
    {
        long sum = 0;
        foreach ((string name, ContradictoryInput.Class found) in _input.Contradictory.Classes)
        {
            sum += name is ContradictoryInput.UnmapOutsideSlots ? 0 : found.Count;
        }
        return sum;
    }

    // How many events must vanish until as many contradictions show up again as the trace has.
    private long EstimateVanished(long contradictions)
    {
        if (_vanished is long known)
        {
            return known;
        }
        _places ??= DamagePlaces.Of(_input.Folder);
        long trial = Math.Max(contradictions, _input.Scan.Facts.Events / TrialShare);
        long shown = 0;
        for (int i = 1; i <= Trials; i++)
        {
            shown += _input.Damaged(new EventDamage { Seed = (ulong)i, Vanished = trial, Places = _places }, _cancel).Scan.Known.Contradictions - _input.Scan.Known.Contradictions;
        }
        double each = Math.Max(1, shown) / (double)(Trials * trial);
        _vanished = (long)Math.Clamp(contradictions / each, contradictions, _input.Scan.Facts.Events / 2.0);
        return _vanished.Value;
    }

    // Emulated machines never cache a translation, and no guest waits for a modelled fault: both are replayed the other way.
    private void Machine()
    {
        foreach (int entries in (int[])[SmallTlbEntries, TlbEntries])
        {
            foreach (PolicyPlan plan in _pair)
            {
                HostSetup? setup = plan.IsReference ? null : HostSetup.Of(plan, _input.Scan.Facts);
                setup = setup is null ? null : setup with { Config = setup.Config with { TlbTranslations = entries } };
                PolicyRun run = new(_input, _settings, _job.Seed);
                Record("emulation", $"tlb_{entries}", plan, run.Run(setup, plan, _head, 0, _settings.HeadCapacity, _cancel));
            }
        }
        foreach (PolicyPlan plan in _pair)
        {
            PolicyRun run = new(_input, _settings, _job.Seed) { RefaultCostNs = RefaultCostNs };
            Record("open_loop", "refault_100us", plan, run.Run(plan, _head, 0, _settings.HeadCapacity, _cancel));
        }
    }

    private AccessSchedule Filled(KnownIntervals known, Predicate<KnownInterval> which, IntervalOutcome outcome)
    {
        List<KnownInterval> intervals = new(known.Intervals.Count);
        foreach (KnownInterval interval in known.Intervals)
        {
            bool fill = which(interval);
            long begin = fill && interval.BeginNs == long.MinValue ? known.FirstNs - 1 : interval.BeginNs;
            // What was there before the trace began was touched before it; the touch stands at its begin.
            intervals.Add(!fill ? interval
                : interval.BeginNs == long.MinValue && outcome == IntervalOutcome.Young
                    ? interval with { BeginNs = begin, EndNs = known.FirstNs, Outcome = outcome }
                    : interval with { BeginNs = begin, Outcome = outcome });
        }
        return Build(known.With(intervals));
    }

    private AccessSchedule Build(KnownIntervals known) => new ScheduleBuilder(known, _input.Pages.Count, _input.Demand, _job.Seed).Build(OptionOfHead(), 1);

    private string OptionOfHead() => _job.Schedule.Options[0];

    private void Hurt(string defect, int seed, EventDamage damage)
    {
        _places ??= DamagePlaces.Of(_input.Folder);
        CaptureInput hurt = _input.Damaged(damage with { Places = _places }, _cancel);
        AccessSchedule schedule = new ScheduleBuilder(hurt.Scan.Known, hurt.Pages.Count, hurt.Demand, _job.Seed).Build(OptionOfHead(), 1);
        Add(defect, $"again_{seed}", hurt, schedule, null);
    }

    // Losses without a mark, on, and back.
    private void Vanish(string defect, int seed, ulong damageSeed, long vanished)
    {
        Hurt(defect, seed, new EventDamage { Seed = damageSeed, Vanished = vanished });
        _completion ??= new LossCompletion(_input.Scan.Known, _input.Demand, _input.Pages.Count, _input.Scan.Facts.SpteChanges);
        double share = vanished / (double)Math.Max(1, _input.Scan.Facts.Events + vanished);
        (KnownIntervals known, List<DemandStep> steps) = _completion.Complete(share, damageSeed);
        Add(defect, $"put_back_{seed}", _input, Build(known), steps);
    }

    private void Add(string defect, string filling, CaptureInput input, AccessSchedule schedule, List<DemandStep>? steps)
    {
        foreach (PolicyPlan plan in _pair)
        {
            PolicyRun run = new(input, _settings, _job.Seed) { Steps = steps };
            Record(defect, filling, plan, run.Run(plan, schedule, 0, _settings.HeadCapacity, _cancel));
        }
    }

    private void Record(string defect, string filling, PolicyPlan plan, ReplayRecord record) =>
        _rows.Add(new BoundingReplay(defect, filling, plan.Name, record.Requests, record.Evictions.Count, record.Refaults.Count));
}
