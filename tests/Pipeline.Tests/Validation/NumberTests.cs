using System.Globalization;
using System.Text;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Reference;
using SecondLook.Replay.Schedules;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Finer numbers (misses, working sets, cold pages, rankings) from schedules, held against the guest's own accesses (inference.md section 4).</summary>
public sealed class NumberTests
{
    private static readonly string[] Policies = ["lru", "opt", "fifo", "clock", "sieve"];
    private static readonly int[] Shares = [25, 50, 75];

    [Fact]
    public void GenuineCaptures_MissesWorkingSetsAndRankings_MeetTheBars()
    {
        StringBuilder rows = new("| capture | coverage | LRU misses at 25 / 50 / 75 %, uniform | OPT | true counts inside the range | working set, longer T | cold pages | proven | rankings right / wrong / true tie / undecidable |\n|---|---|---|---|---|---|---|---|---|\n");
        Dictionary<bool, List<double>[]> errors = new() { [true] = [[], [], [], []], [false] = [[], [], [], []] };
        List<string> wrong = [];
        (int Right, int Wrong, int Open) rankings = default;
        int ties = 0;
        foreach (string name in CaptureUnderTest.Names)
        {
            using CaptureUnderTest capture = CaptureUnderTest.Open(name);
            if (!capture.HasSpteEvents || capture.Input.Gaps.Count > 0)
            {
                continue;
            }
            bool perPage = capture.Input.Scan.Known.Coverage >= 0.8;
            Cells cells = new(capture);
            if (cells.Proven < cells.Instants)
            {
                wrong.Add($"{name}: the truth lies outside the proven bounds at {cells.Instants - cells.Proven} instants");
            }
            List<double>[] all = errors[capture.WalksAsk];
            if (perPage)
            {
                all[0].AddRange(cells.Errors("lru").Select(Math.Abs));
                all[1].AddRange(cells.Errors("opt").Select(Math.Abs));
                all[2].Add(cells.WorkingSet);
                all[3].Add(cells.Cold);
                rankings = (rankings.Right + cells.Rankings.Right, rankings.Wrong + cells.Rankings.Wrong, rankings.Open + cells.Rankings.Open);
                ties += cells.Ties;
                if (cells.Rankings.Wrong > 0)
                {
                    wrong.Add($"{name}: {cells.Rankings.Wrong} rankings are called supported and wrong");
                }
            }
            rows.Append(CultureInfo.InvariantCulture, $"| {name} | {capture.Input.Scan.Known.Coverage:P1} | {Percents(cells.Errors("lru"))} | {Percents(cells.Errors("opt"))} | {cells.Inside} of {Shares.Length * 2} | {cells.WorkingSet:P1} | {cells.Cold:P1} | {cells.Proven} of {cells.Instants} | ");
            rows.Append(perPage ? $"{cells.Rankings.Right} / {cells.Rankings.Wrong} / {cells.Ties} / {cells.Rankings.Open} |\n" : "none: coverage below 80 % |\n");
        }
        if (CaptureUnderTest.Names.Count == 0)
        {
            return;
        }
        StringBuilder medians = new("| captures | LRU misses | OPT misses | working set, longer T | cold pages |\n|---|---|---|---|---|\n");
        // Bars of inference.md section 4, SPTE events, uniform schedule.
        foreach ((bool walks, string words, double[] bars) in new[] { (true, "6.12 and 7.2, passes ask KVM", new[] { 0.02, 0.01, 0.02, 0.05 }), (false, "6.1, classic, no passes", [0.05, 0.01, 0.11, 0.09]) })
        {
            medians.Append("| ").Append(words);
            for (int i = 0; i < bars.Length; i++)
            {
                double median = Median(errors[walks][i]);
                medians.Append(CultureInfo.InvariantCulture, $" | {median:P1} (bar {bars[i]:P0})");
                if (median > bars[i])
                {
                    wrong.Add($"{words}: median {i} is {median:P2}, bar {bars[i]:P0}");
                }
            }
            medians.Append(" |\n");
        }
        int sum = rankings.Right + rankings.Wrong + rankings.Open + ties;
        ValidationPage.Compare("numbers", nameof(NumberTests), string.Create(CultureInfo.InvariantCulture, $"""
            ## Finer numbers: misses, working sets, rankings

            Captures with SPTE events and without losses, against the guest's own accesses. Misses: uniform schedule. Working set and cold pages at a quarter of the run,
            right after each aging or reclaim command (eight even instants where there is none): the expectation over all placements that agree with the capture, at the fitted activity
            of the guest (`src/Replay/Schedules/ExpectedTouches.cs`): the numbers of a report's section *What the guest used*, instant by instant; *proven*: instants at which its proven bounds hold the truth. Rankings of LRU, FIFO, CLOCK, SIEVE in pairs at three sizes are called supported by the rule of every verdict
            (`src/Reports/Verdicts/RankingRule.cs`): every schedule of the quick set agrees by more than 1 %, and pages stand untouched for as long as answers about a page usually lie apart before they go; of {sum}, {rankings.Right} are supported and right, {rankings.Wrong} supported and wrong, {ties} supported where the truth differs by less than 1 %, {rankings.Open} ({(double)rankings.Open / sum:P0}) undecidable.

            {medians}
            {rows}
            """));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string Percents(IEnumerable<double> values) => string.Join(" / ", values.Select(v => v.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) is var _ ? (100 * v).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) : "")) + " %";

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private sealed class Cells
    {
        private readonly Dictionary<(string Policy, int Share), long> _truth = [];
        private readonly Dictionary<(string Policy, int Share), List<long>> _schedules = [];
        private readonly Dictionary<int, bool> _fine = [];
        private readonly int _uniform;

        public Cells(CaptureUnderTest capture)
        {
            AccessSchedule truth = capture.Truth;
            List<AccessSchedule> schedules = [];
            foreach (string option in capture.Job.Schedule.Options)
            {
                for (int i = 1; i <= ScheduleBuilder.SeedsOf(capture.Job.Schedule, option); i++)
                {
                    schedules.Add(capture.Schedule(option, i));
                }
            }
            _uniform = 2;
            foreach (int share in Shares)
            {
                int pages = Math.Max(1, truth.FootprintPages * share / 100);
                _fine[share] = RankingRule.IsTooFine(TimeOfStay(schedules[_uniform], pages), capture.Settings.AnswerGapNs);
                foreach (string policy in Policies)
                {
                    _truth[(policy, share)] = Misses(policy, truth, pages);
                    _schedules[(policy, share)] = [.. schedules.Select(s => Misses(policy, s, pages))];
                }
            }
            Rank();
            (WorkingSet, Cold, Proven, Instants) = Sets(capture, new TruthAtEvents(capture.Input.Scan.Known, truth, capture.Input.Pages.Count));
        }

        public double WorkingSet { get; }

        public double Cold { get; }

        public int Proven { get; }

        public int Instants { get; }

        public (int Right, int Wrong, int Open) Rankings { get; private set; }

        public int Ties { get; private set; }

        public int Inside => Shares.Sum(s => ((string[])["lru", "opt"]).Count(p => _truth[(p, s)] >= _schedules[(p, s)].Min() && _truth[(p, s)] <= _schedules[(p, s)].Max()));

        public IEnumerable<double> Errors(string policy) => Shares.Select(s => ((double)_schedules[(policy, s)][_uniform] / _truth[(policy, s)]) - 1);

        private static long Misses(string policy, AccessSchedule schedule, int pages)
        {
            ulong[] requests = [.. schedule.Accesses.ToArray().Select(a => (ulong)a.Page)];
            return MissCounter.Run(policy, PageList.Of(requests), pages, 1);
        }

        // Median time that a page stands untouched before LRU takes it.
        private static long TimeOfStay(AccessSchedule schedule, int capacity)
        {
            LinkedList<int> order = [];
            LinkedListNode<int>?[] node = new LinkedListNode<int>?[schedule.First.Length];
            long[] last = new long[schedule.First.Length];
            List<long> stays = [];
            foreach (ScheduledAccess access in schedule.Accesses)
            {
                if (node[access.Page] is { } known)
                {
                    order.Remove(known);
                }
                else if (order.Count == capacity)
                {
                    stays.Add(access.TsNs - last[order.Last!.Value]);
                    node[order.Last.Value] = null;
                    order.RemoveLast();
                }
                node[access.Page] = order.AddFirst(access.Page);
                last[access.Page] = access.TsNs;
            }
            stays.Sort();
            return stays.Count == 0 ? long.MaxValue : stays[stays.Count / 2];
        }

        private void Rank()
        {
            string[] ranked = ["lru", "fifo", "clock", "sieve"];
            (int right, int wrong, int open, int ties) = (0, 0, 0, 0);
            foreach (int share in Shares)
            {
                for (int i = 0; i < ranked.Length; i++)
                {
                    for (int j = i + 1; j < ranked.Length; j++)
                    {
                        int order = RankingRule.Agreed(_schedules[(ranked[i], share)].Zip(_schedules[(ranked[j], share)], (x, y) => ((double)x, (double)y)));
                        int real = RankingRule.Order(_truth[(ranked[i], share)], _truth[(ranked[j], share)]);
                        if (order == 0 || _fine[share])
                        {
                            open++;
                        }
                        else if (order == real)
                        {
                            right++;
                        }
                        else
                        {
                            wrong += real != 0 ? 1 : 0;
                            ties += real == 0 ? 1 : 0;
                        }
                    }
                }
            }
            Rankings = (right, wrong, open);
            Ties = ties;
        }

        // Distinct pages touched within a quarter of the run, and pages touched before but not within it; sums over the instants of their differences.
        private static (double WorkingSet, double Cold, int Proven, int Instants) Sets(CaptureUnderTest capture, TruthAtEvents truth)
        {
            (long[] at, long age) = GuestWorkingSet.InstantsOf(capture.Input);
            ExpectedTouches expected = ExpectedTouches.Of(capture.Input);
            TouchKnowledge knowledge = TouchKnowledge.Of(capture.Input);
            int proven = 0;
            (double set, double setAll, double cold, double coldAll) = (0, 0, 0, 0);
            foreach (long t in at)
            {
                (long trueSet, long trueCold) = Count(truth, capture.Input.Pages.Count, t, age);
                (double ourSet, double ourCold) = expected.At(t, age);
                (long low, long high, long lowCold, long highCold) = GuestWorkingSet.Proven(capture.Input, knowledge, t, age);
                proven += low <= trueSet && trueSet <= high && lowCold <= trueCold && trueCold <= highCold ? 1 : 0;
                set += Math.Abs(ourSet - trueSet);
                setAll += trueSet;
                cold += Math.Abs(ourCold - trueCold);
                coldAll += trueCold;
            }
            return (setAll > 0 ? set / setAll : 0, coldAll > 0 ? cold / coldAll : 0, proven, at.Length);
        }

        // Stamps follow their accesses; each access stands at its event.
        private static (long Set, long Cold) Count(TruthAtEvents truth, int pages, long t, long age)
        {
            (long set, long cold) = (0, 0);
            for (int page = 0; page < pages; page++)
            {
                bool within = truth.AnyIn(page, t - age, t);
                set += within ? 1 : 0;
                cold += !within && truth.AnyIn(page, long.MinValue, t - age) ? 1 : 0;
            }
            return (set, cold);
        }
    }
}
