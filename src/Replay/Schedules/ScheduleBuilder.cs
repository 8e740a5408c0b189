using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Demands;

namespace SecondLook.Replay.Schedules;

/// <summary>Makes schedules that agree with everything a capture proves (mglru-model.md 13.3, inference.md 3).</summary>
/// <remarks>
/// A harvest that runs inside a recorded command is replayed at the command's begin; an access known to lie before that harvest is therefore
/// placed before the command wherever its interval allows, so that the replayed harvest sees what the recorded one saw.
/// </remarks>
/// <param name="known">What the capture proves.</param>
/// <param name="pages">Number of pages.</param>
/// <param name="demand">Recorded commands.</param>
/// <param name="seed">Seed of the job.</param>
public sealed class ScheduleBuilder(KnownIntervals known, int pages, RecordedDemand demand, ulong seed)
{
    private const int MostAccessesOfInterval = 1000;

    // Enough that a page in use looks in use to every policy that counts, few enough that old pages of an interval are not crowded out by one.
    private const int DenseAccesses = 8;
    private const double BurstShare = 0.1;
    private const int ThoroughSeeds = 20;
    private AccessRates? _rates;

    /// <summary>Options that job files may name.</summary>
    public static IReadOnlyList<string> Options { get; } = ["earliest", "latest", "middle", "uniform", "poisson", "bursty", "dense", "model"];

    /// <summary>Whether an option draws random numbers, so that several seeds make sense.</summary>
    public static bool IsRandom(string option) => option is "uniform" or "poisson" or "bursty" or "dense" or "model";

    /// <summary>Options of a job: those it names, or all of them behind the one that heads the report when it is thorough.</summary>
    public static IReadOnlyList<string> OptionsOf(ScheduleSection section)
    {
        List<string> options = [.. section.Options];
        foreach (string option in Options)
        {
            if (section.Thorough && !options.Contains(option))
            {
                options.Add(option);
            }
        }
        return options;
    }

    /// <summary>Schedules to make of an option; <c>model</c> and <c>dense</c> get half as many as the other random ones, rounded up.</summary>
    public static int SeedsOf(ScheduleSection section, string option)
    {
        int seeds = section.Thorough ? Math.Max(ThoroughSeeds, section.Seeds) : Math.Max(1, section.Seeds);
        return !IsRandom(option) ? 1 : option is "model" or "dense" ? (seeds + 1) / 2 : seeds;
    }

    /// <summary>Name of a schedule.</summary>
    public static string NameOf(string option, int index) => IsRandom(option) ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{option}-{index}") : option;

    /// <summary>Makes one schedule.</summary>
    /// <param name="option">A name of <see cref="Options"/>.</param>
    /// <param name="index">Which schedule of a random option, from 1.</param>
    /// <param name="writes">
    /// Also draws which accesses write, at the share of writes among the faults on pages that came back: how many pages reclaim has to write depends on
    /// it. No entry tells: KVM sets the dirty bit as it maps. Headline numbers do without.
    /// </param>
    public AccessSchedule Build(string option, int index, bool writes = false)
    {
        double share = writes ? WriteShare() : 0;
        if (writes || option is "poisson" or "bursty" or "model")
        {
            _rates ??= AccessRates.Fit(known, pages);
        }
        List<ScheduledAccess> accesses = new(known.Points.Count + known.Intervals.Count);
        foreach (AccessPoint point in known.Points)
        {
            accesses.Add(new ScheduledAccess(point.TsNs, point.Seq, point.Page, TouchOrigin.Fault, point.Write, false, -1, -1));
        }
        string purpose = "schedule." + option;
        HashSet<long>? maps = string.Equals(option, "dense", StringComparison.Ordinal) && !AgingCommandsAsk() ? PointSeqs() : null;
        for (int i = 0; i < known.Intervals.Count; i++)
        {
            KnownInterval interval = known.Intervals[i];
            bool written = writes && interval.Outcome == IntervalOutcome.Young && interval.Pages == 1 && IsWritten(interval, share, new Xoshiro256(seed, "schedule.writes", ((ulong)index << 40) + (ulong)i));
            // A write drawn beside the fault that explains the interval is an access of its own.
            bool young = interval.Outcome == IntervalOutcome.Young && (!interval.HasPoint || written);
            bool open = interval.Pages == 1 && (string.Equals(option, "model", StringComparison.Ordinal)
                ? interval.Outcome == IntervalOutcome.Unknown || interval.HasPoint
                : maps is not null && interval is { HasPoint: true, Outcome: IntervalOutcome.Young } && maps.Contains(interval.BeginSeq));
            if (!young && !open)
            {
                continue;
            }
            long begin = interval.BeginNs == long.MinValue ? known.FirstNs - 1 : interval.BeginNs;
            long end = interval.EndNs;
            int command = demand.CommandAt(end);
            if (command >= 0 && demand.Commands[command].BeginNs > begin)
            {
                end = demand.Commands[command].BeginNs;
            }
            Xoshiro256? random = IsRandom(option) || interval.Pages > 1 ? new Xoshiro256(seed, purpose, ((ulong)index << 40) + (ulong)i) : null;
            int page = interval.Page + (interval.Pages > 1 ? (int)random!.NextBelow((ulong)interval.Pages) : 0);
            Place(option, interval, page, begin, Math.Max(end, begin), young, random, accesses);
            if (written)
            {
                accesses[^1] = accesses[^1] with { Write = true };
            }
        }
        return new AccessSchedule(NameOf(option, index), "trace", pages, accesses, known.Coverage);
    }

    // Where only reclaim asks, most of a page's life lies between its fault and the first answer, which the fault explains: how often it was used there is unknown as well.
    private bool AgingCommandsAsk()
    {
        foreach (KnownInterval interval in known.Intervals)
        {
            if (interval.End == IntervalEnd.Clear && demand.CommandAt(interval.EndNs) is >= 0 and int command && demand.Commands[command].Kind == CommandKind.Age)
            {
                return true;
            }
        }
        return false;
    }

    // An interval that begins with its known access is open from there on; one with the access inside it is closed until then.
    private HashSet<long> PointSeqs()
    {
        HashSet<long> seqs = new(known.Points.Count);
        foreach (AccessPoint point in known.Points)
        {
            seqs.Add(point.Seq);
        }
        return seqs;
    }

    // Pages fault once for their first use, which says nothing of the rest.
    private double WriteShare()
    {
        bool[] seen = new bool[pages];
        long all = 0;
        long writing = 0;
        foreach (AccessPoint point in known.Points)
        {
            all += seen[point.Page] ? 1 : 0;
            writing += seen[point.Page] && point.Write ? 1 : 0;
            seen[point.Page] = true;
        }
        return all == 0 ? 0 : (double)writing / all;
    }

    private bool IsWritten(in KnownInterval interval, double share, Xoshiro256 random)
    {
        double begin = interval.BeginNs == long.MinValue ? known.FirstNs : interval.BeginNs;
        double mean = _rates!.Of(interval.Page) * (interval.EndNs - begin);
        double accesses = interval.HasPoint ? mean : Math.Max(1, mean);
        return random.NextDouble() >= Math.Pow(1 - share, accesses);
    }

    private void Place(string option, in KnownInterval interval, int page, long begin, long end, bool young, Xoshiro256? random, List<ScheduledAccess> accesses)
    {
        TouchOrigin origin = !young ? TouchOrigin.Model : interval.End == IntervalEnd.Zap ? TouchOrigin.Zap : TouchOrigin.Interval;
        long length = end - begin;
        long seq = interval.EndSeq;
        switch (option)
        {
            case "earliest":
                accesses.Add(At(Math.Min(begin + 1, end)));
                return;
            case "latest":
                accesses.Add(At(end));
                return;
            case "middle":
                accesses.Add(At(length > 1 ? begin + (length / 2) : end));
                return;
            case "uniform":
                accesses.Add(At(Uniform(random!, begin, end)));
                return;
            case "dense":
                for (int i = 0; i < DenseAccesses; i++)
                {
                    accesses.Add(At(Uniform(random!, begin, end)));
                }
                return;
        }
        double mean = Math.Min(MostAccessesOfInterval / 2, _rates!.Of(page) * length);
        int count = young ? PoissonAtLeastOne(random!, mean) : Poisson(random!, mean);
        long first = begin;
        long last = end;
        if (string.Equals(option, "bursty", StringComparison.Ordinal) && length > 16)
        {
            long window = (long)(length * BurstShare);
            first = begin + (long)random!.NextBelow((ulong)(length - window + 1));
            last = first + window;
        }
        for (int i = 0; i < count; i++)
        {
            accesses.Add(At(Uniform(random!, first, last)));
        }

        ScheduledAccess At(long ts) => new(ts, seq, page, origin, false, false, -1, -1);
    }

    private static long Uniform(Xoshiro256 random, long begin, long end) =>
        end > begin ? begin + 1 + (long)random.NextBelow((ulong)(end - begin)) : end;

    // Inversion from zero: means are capped, so the loop is short.
    private static int Poisson(Xoshiro256 random, double mean)
    {
        double limit = random.NextDouble();
        double probability = Math.Exp(-mean);
        double sum = probability;
        int count = 0;
        while (sum < limit && count < MostAccessesOfInterval)
        {
            count++;
            probability *= mean / count;
            sum += probability;
        }
        return count;
    }

    private static int PoissonAtLeastOne(Xoshiro256 random, double mean)
    {
        double none = Math.Exp(-mean);
        double limit = none + (random.NextDouble() * (1 - none));
        double probability = none;
        double sum = none;
        int count = 0;
        while (sum < limit && count < MostAccessesOfInterval)
        {
            count++;
            probability *= mean / count;
            sum += probability;
        }
        return Math.Max(1, count);
    }
}
