using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Facts;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Pooling;

/// <summary>What one run contributes to a comparison of two of its policies: counts on every schedule, and how far they may be believed.</summary>
public sealed class ComparedRun
{
    private readonly Dictionary<string, Counts> _schedules = new(StringComparer.Ordinal);

    private ComparedRun(RunTables run, string a, string b)
    {
        Title = run.Job.Name;
        HeadSchedule = run.Head.Name;
        Capacity = run.HeadCapacity;
        Demand = run.Facts.Demand;
        Coverage = run.Head.Coverage;
        TooLittleKnown = run.Head.TooLittleKnown;
        ModelError = ModelError.Of(run);
        FromTruth = run.Head.FromTruth;
        GapNs = run.Facts.AnswerGapNs;
        (PolicyReplay first, PolicyReplay second) = (Of(run, a), Of(run, b));
        foreach (ScheduleFacts schedule in run.Schedules)
        {
            Slice x = new(run, first, schedule.Id, run.HeadCapacity);
            Slice y = new(run, second, schedule.Id, run.HeadCapacity);
            if (x.Exists && y.Exists)
            {
                _schedules[schedule.Name] = new Counts(
                    x.Total(TotalsTable.Refaults), run.HeadCapacity is null ? x.Total(TotalsTable.Evictions) : x.Total(TotalsTable.Requests),
                    y.Total(TotalsTable.Refaults), run.HeadCapacity is null ? y.Total(TotalsTable.Evictions) : y.Total(TotalsTable.Requests));
            }
        }
        StayNs = Comparison.Stay(run.HeadSlice(first), run.HeadSlice(second));
        Taken = run.HeadCapacity is null ? HistoryComparison.Overlap(run.HeadSlice(first), run.HeadSlice(second)) : null;
        Flips = run.HeadCapacity is null ? FateFlips.Of(run.HeadSlice(first), run.HeadSlice(second)) : null;
        WrongA = run.HeadCapacity is null ? FateFlips.WrongOf(run.HeadSlice(first)) : null;
        WrongB = run.HeadCapacity is null ? FateFlips.WrongOf(run.HeadSlice(second)) : null;
        first.Release();
        second.Release();
    }

    /// <summary>Name of the job.</summary>
    public string Title { get; }

    /// <summary>Demand of the job.</summary>
    public string Demand { get; }

    /// <summary>Capacity, pages; null under as-recorded.</summary>
    public long? Capacity { get; }

    /// <summary>Schedule that heads the run.</summary>
    public string HeadSchedule { get; }

    /// <summary>Share of resident page-time of known outcome.</summary>
    public double? Coverage { get; }

    /// <summary>Why nothing may be ranked, or null.</summary>
    public string? TooLittleKnown { get; }

    /// <summary>Whether accesses are the guest's own record.</summary>
    public bool FromTruth { get; }

    /// <summary>How wrong the model is about the recorded kernel.</summary>
    public ModelError ModelError { get; }

    /// <summary>Usual time between two answers about a page, ns.</summary>
    public long GapNs { get; }

    /// <summary>Median time that pages stood untouched before they went, ns.</summary>
    public long? StayNs { get; }

    /// <summary>Pages that both took in the same reclaim pass, and that one alone took; null under a capacity.</summary>
    public (long Both, long OnlyA, long OnlyB)? Taken { get; }

    /// <summary>Pages that only one of the two took too early, by cause; null under a capacity.</summary>
    public FateFlips? Flips { get; }

    /// <summary>Pages that A took too early, by pass and page, with what the error is charged to; null under a capacity.</summary>
    public IReadOnlyDictionary<(int Pass, int Page), string>? WrongA { get; }

    /// <summary>Those of B.</summary>
    public IReadOnlyDictionary<(int Pass, int Page), string>? WrongB { get; }

    /// <summary>The verdict word of each other policy of the run against B; empty where that was not asked for.</summary>
    public SortedDictionary<string, VerdictStatus> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>What tells whether two runs replay the same capture; empty where nothing does.</summary>
    public string Inputs { get; init; } = "";

    /// <summary>Names of the schedules that both were replayed on.</summary>
    public IReadOnlyCollection<string> Schedules => _schedules.Keys;

    /// <summary>Counts on a schedule; null where it was not replayed.</summary>
    public Counts? On(string schedule) => _schedules.TryGetValue(schedule, out Counts counts) ? counts : null;

    /// <summary>Reads a run.</summary>
    /// <param name="run">Its artefacts.</param>
    /// <param name="a">Policy under question.</param>
    /// <param name="b">What it is held against; may be the same.</param>
    /// <param name="inputs">Equal for runs of the same capture.</param>
    public static ComparedRun Read(RunTables run, string a, string b, string inputs = "") => new(run, a, b) { Inputs = inputs };

    /// <summary>Reads a run, with the verdict word of each of its policies against B.</summary>
    /// <inheritdoc cref="Read(RunTables, string, string, string)"/>
    public static ComparedRun ReadWithWords(RunTables run, string a, string b, string inputs, CancellationToken cancel)
    {
        ComparedRun compared = Read(run, a, b, inputs);
        ReportModel report = ReportModel.Of(run, cancel);
        foreach (PolicyReplay policy in run.Policies)
        {
            if (policy.Name != b)
            {
                compared.Words.Add(policy.Name, VerdictRule.Word(report, policy.Name, b));
            }
        }
        return compared;
    }

    private static PolicyReplay Of(RunTables run, string name) => run.Policy(name)
        ?? throw new UsageException([$"the run {run.Job.Name} has no policy {name}; it has {string.Join(", ", run.Policies.Select(p => p.Name))}"]);

    /// <summary>Refaults of both policies, and what they are counted against: evictions, or requests under a capacity.</summary>
    public readonly record struct Counts(long RefaultsA, long OfA, long RefaultsB, long OfB)
    {
        /// <summary>Share of A's that came back; null when there are none.</summary>
        public double? RateA => OfA > 0 ? (double)RefaultsA / OfA : null;

        /// <summary>Share of B's that came back; null when there are none.</summary>
        public double? RateB => OfB > 0 ? (double)RefaultsB / OfB : null;

        /// <summary>A over B minus 1; null where B has no refaults.</summary>
        public double? Effect => RateA is { } x && RateB is { } y and > 0 ? (x / y) - 1 : null;

        /// <summary>Sums of two runs.</summary>
        public static Counts operator +(Counts x, Counts y) => new(x.RefaultsA + y.RefaultsA, x.OfA + y.OfA, x.RefaultsB + y.RefaultsB, x.OfB + y.OfB);
    }
}
