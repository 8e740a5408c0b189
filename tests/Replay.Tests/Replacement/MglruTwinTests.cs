using System.Numerics;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>The hot parts of MGLRU against slow twins that look at one page after the other, on random states.</summary>
public class MglruTwinTests
{
    private const int Pages = 1400;
    private const FolioFlags Refs = FolioFlags.Referenced | FolioFlags.Workingset | FolioFlags.RefsMask;

    public static TheoryData<string> Profiles => [.. ReclaimProfiles.All];

    /// <summary>The aging pass works on words of 64 bits and folds by relinking; here every page is asked and moved by itself.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void AgingPass_OnRandomStates_EqualsPageByPage(string profile)
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            RandomHost host = new(profile, seed);
            PageState[] state = host.Snapshot();
            long max = host.Lruvec.MaxSeq;
            long min = host.Lruvec.MinSeq(0);
            bool[] tableYoung = [.. Enumerable.Range(0, (Pages >> 9) + 2).Select(t => host.Tables.TableYoung((host.First >> 9) + t))];
            bool prunes = host.Switches.NonleafShortcut == NonleafShortcut.Always;
            int young = 0;
            for (int i = 0; i < state.Length; i++)
            {
                if (prunes && !tableYoung[((host.First + i) >> 9) - (host.First >> 9)])
                {
                    continue;
                }
                state[i] = Seen(state[i], host.Switches, max, out bool found);
                young += found ? 1 : 0;
            }
            bool folds = max - min + 1 == 4;
            for (int i = 0; folds && i < state.Length; i++)
            {
                if (state[i].Seq == min)
                {
                    state[i] = state[i] with { Seq = min + 1, Flags = state[i].Flags & ~(FolioFlags.Referenced | FolioFlags.RefsMask | (host.Switches.IsNew ? 0 : FolioFlags.Workingset)) };
                }
            }
            Assert.Equal(0, host.Model.Age(host.Memcg, -1, 200, force: true));
            host.Model.CheckInvariants();
            Assert.Equal(max + 1, host.Lruvec.MaxSeq);
            Assert.Equal(young, host.Lruvec.WalkStatsLast[1]);
            AssertSame(state, host.Snapshot(), $"{profile}, seed {seed}");
        }
    }

    /// <summary>The look-around harvests words; here every page of the window is asked by itself.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void LookAround_OnRandomStates_EqualsPageByPage(string profile)
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            RandomHost host = new(profile, seed);
            int target = host.AnyListed(seed);
            host.Tables.SetYoung(host.First + target, primary: true, secondary: seed % 2 == 0);
            PageState[] state = host.Snapshot();
            long max = host.Lruvec.MaxSeq;
            bool again = host.Switches.LookAroundTargetAgain == TargetAgain.Yes;
            if (!again)
            {
                state[target] = state[target] with { Primary = false, Secondary = false };
            }
            foreach (int i in Window(host.First + target, host.First, host.First + Pages).Select(p => p - host.First))
            {
                if (i != target || host.Switches.LookAroundTargetAgain != TargetAgain.No)
                {
                    state[i] = Seen(state[i], host.Switches, max, out _);
                }
            }
            state[target] = state[target] with { Primary = false, Secondary = false };
            ScanControl sc = new() { Target = host.Memcg, HasWalk = true };
            _ = host.Model.Mglru!.CheckReferences(host.First + target, sc, out YoungIn young);
            Assert.NotEqual(YoungIn.None, young);
            PageState[] found = host.Snapshot();
            // What the check does to the flags of its own page is another rule, held by the vectors.
            state[target] = state[target] with { Flags = found[target].Flags };
            AssertSame(state, found, $"{profile}, seed {seed}");
            host.Model.CheckInvariants();
        }
    }

    /// <summary>The scan of the oldest list sorts by links in place; here lists are lists.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void Scan_OnRandomLists_EqualsThatOverPlainLists(string profile)
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            Xoshiro256 random = new(seed, "scan");
            RandomHost host = new(profile, seed);
            long min = host.Lruvec.MinSeq(0);
            int tierLimit = (int)random.NextBelow(4);
            long budget = 1 + (long)random.NextBelow(300);
            long left = budget;
            SortedDictionary<long, List<int>> lists = host.Lists();
            Dictionary<int, PageState> state = host.Snapshot().Select((s, i) => (s, i)).ToDictionary(p => p.i, p => p.s);
            List<int> expected = [];
            bool scans = host.Lruvec.MaxSeq - min + 1 > 2;
            for (int at = lists[min].Count - 1; scans && at >= 0 && left-- > 0 && expected.Count < 64; at--)
            {
                int page = lists[min][at];
                lists[min].RemoveAt(at);
                FolioFlags flags = state[page].Flags;
                int bits = RefBits(flags);
                bool workingset = (flags & FolioFlags.Workingset) != 0;
                int refs = host.Switches.IsNew ? (flags & FolioFlags.Referenced) != 0 ? bits + 1 : 0 : bits + (workingset ? 1 : 0);
                int tier = host.Switches.IsNew ? workingset ? 3 : CeilLog2(refs) : CeilLog2(refs + 1);
                bool saturated = host.Switches.IsNew ? refs + (workingset ? 1 : 0) == 5 : refs == 4;
                if (state[page].Seq != min)
                {
                    lists[state[page].Seq].Insert(0, page);
                }
                else if (tier > tierLimit || saturated)
                {
                    lists[min + 1].Insert(host.Switches.ProtectedToHead ? 0 : lists[min + 1].Count, page);
                }
                else
                {
                    expected.Add(page);
                }
            }
            List<int> isolated = [];
            host.Model.Mglru!.ScanFolios(host.Lruvec, 0, tierLimit, budget, new ScanControl { Target = host.Memcg }, isolated);
            Assert.Equal(expected, isolated.Select(f => f - host.First));
            Assert.Equal(lists.Select(l => string.Join(' ', l.Value)), host.Lists().Select(l => string.Join(' ', l.Value)));
        }
    }

    /// <summary>The controller's 128-bit products against numbers without a size, and its loops against the sentence.</summary>
    [Fact]
    public void Controller_OnRandomCounters_EqualsTheFormula()
    {
        Xoshiro256 random = new(5, "controller");
        long wraps = 0;
        for (int round = 0; round < 20_000; round++)
        {
            int shift = (int)random.NextBelow(50);
            ControlPosition[] tiers = [.. Enumerable.Range(0, 4).Select(_ => new ControlPosition(random.Next() >> (14 + shift), random.Next() >> (14 + shift), 1))];
            int gain = 1 + (int)random.NextBelow(200);
            bool Fine(ControlPosition sp, int spGain, ControlPosition pv, int pvGain) => pv.Refaulted < 64
                || (BigInteger)pv.Refaulted * (sp.Total + (BigInteger)64) * spGain <= ((BigInteger)sp.Refaulted + 1) * pv.Total * pvGain;
            Assert.Equal(Fine(tiers[0], gain, tiers[1], 200 - gain), FeedbackControl.Ok(tiers[0] with { Gain = gain }, tiers[1] with { Gain = 200 - gain }, ref wraps));
            int[] bad = [.. Enumerable.Range(1, 3).Where(t => !Fine(tiers[0], gain, tiers[t], gain + 1))];
            Assert.Equal(bad.Length == 0 ? 3 : bad[0] - 1, FeedbackControl.TierIndex(tiers, gain, ref wraps));
        }
        Assert.True(wraps > 0);
    }

    /// <summary>The filter's words of bits against a set; a filter that was never reset rejects nothing.</summary>
    [Fact]
    public void Filter_RandomKeys_AnswersAsASet()
    {
        Xoshiro256 random = new(6, "filter");
        TableFilter filter = new(BloomKind.Exact);
        TableFilter hashed = new(BloomKind.Hashed);
        HashSet<int>?[] sets = new HashSet<int>?[2];
        for (int step = 0; step < 50_000; step++)
        {
            long seq = (long)random.NextBelow(2);
            int key = (int)random.NextBelow(700);
            switch (random.NextBelow(100))
            {
                case 0:
                    filter.Reset(seq, 500);
                    hashed.Reset(seq, 500);
                    sets[seq] = [];
                    break;
                case < 40:
                    filter.Add(seq, key);
                    hashed.Add(seq, key);
                    sets[seq]?.Add(key);
                    break;
                default:
                    bool holds = sets[seq]?.Contains(key) ?? true;
                    Assert.Equal(holds, filter.Test(seq, key));
                    Assert.True(!holds || hashed.Test(seq, key));
                    break;
            }
        }
    }

    // One young test of one page, by the sentences of mglru-model.md 5.1, 5.3 and 5.5.
    private static PageState Seen(PageState page, ReclaimSwitches switches, long max, out bool young)
    {
        young = false;
        if (!page.Present || (switches.IsNew && page.Seq < 0))
        {
            return page;
        }
        bool all = switches.SecondaryInAging != SecondaryScope.None;
        young = page.Primary || (all && page.Secondary);
        page = page with { Primary = false, Secondary = page.Secondary && !all };
        if (!young)
        {
            return page;
        }
        if (!switches.IsNew)
        {
            return page.Seq < 0 ? page with { Flags = page.Flags | FolioFlags.Referenced } : page with { Seq = max, Flags = FolioFlags.None };
        }
        return (page.Flags & (FolioFlags.Referenced | FolioFlags.Workingset)) == 0
            ? page with { Flags = FolioFlags.Referenced }
            : page with { Seq = max, Flags = FolioFlags.Workingset };
    }

    // At most 64 pages of one page-table page and one range: grown outwards, 32 before, the target, 31 after, moved inwards at the ends.
    private static List<int> Window(int target, int first, int end)
    {
        int low = Math.Max(first, target / 512 * 512);
        int high = Math.Min(end, (target / 512 * 512) + 512);
        while (high - low > 64)
        {
            // The side that reaches further beyond its share gives a page.
            if (target - low - 32 > high - target - 32)
            {
                low++;
            }
            else
            {
                high--;
            }
        }
        return [.. Enumerable.Range(low, high - low)];
    }

    private static int CeilLog2(int value) => value <= 1 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)value - 1);

    private static int RefBits(FolioFlags flags) => (int)((uint)(flags & FolioFlags.RefsMask) >> BitOperations.TrailingZeroCount((uint)FolioFlags.RefsMask));

    private static void AssertSame(PageState[] expected, PageState[] found, string where)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i] == found[i], $"{where}, page {i}: expected {expected[i]}, found {found[i]}");
        }
    }

    private readonly record struct PageState(bool Present, bool Primary, bool Secondary, long Seq, FolioFlags Flags);

    private sealed class RandomHost
    {
        private readonly Xoshiro256 _random;

        public RandomHost(string profile, ulong seed)
        {
            _random = new Xoshiro256(seed, "twin");
            Switches = ReclaimProfiles.Create(profile);
            Model = new ReclaimModel(Switches, Tables);
            Memcg = Model.AddMemcg("/vm", Model.Root);
            AddressSpace space = Model.AddSpace(Memcg, hasNotifiers: true);
            space.AlwaysUsed = true;
            First = Model.AddVma(space, (long)_random.NextBelow(512), Pages).FirstPage;
            Tables.Reserve(Model.Folios.Count);
            for (int step = 0; step < 6; step++)
            {
                for (int i = 0; i < 400; i++)
                {
                    int page = First + (int)_random.NextBelow(Pages);
                    if (!Tables.InPrimary(page))
                    {
                        Model.Fault(page, guest: true, _random.NextBelow(2) == 0);
                    }
                    Tables.SetYoung(page, _random.NextBelow(3) == 0, _random.NextBelow(2) == 0);
                    for (int n = (int)_random.NextBelow(12) - 7; n > 0; n--)
                    {
                        Model.MarkAccessed(page);
                    }
                }
                Model.NowNs += 1_000_000;
                Model.Age(Memcg, -1, 200, force: true);
                if (step % 2 == 1)
                {
                    Model.EvictBatch(Memcg, 200, 40);
                }
            }
            for (int i = 0; i < Pages; i++)
            {
                if (Tables.InPrimary(First + i))
                {
                    Tables.SetYoung(First + i, _random.NextBelow(5) == 0, _random.NextBelow(4) == 0);
                }
            }
            // Walks promote by the field alone: some folios are not where their generation says.
            if (seed % 2 == 0)
            {
                Model.Age(Memcg, -1, 200, force: true);
            }
        }

        public FlatPageTables Tables { get; } = new() { HasNotifiers = true };

        public ReclaimSwitches Switches { get; }

        public ReclaimModel Model { get; }

        public Memcg Memcg { get; }

        public MglruLruvec Lruvec => Memcg.Generations!;

        public int First { get; }

        public PageState[] Snapshot() => [.. Enumerable.Range(First, Pages).Select(p => new PageState(
            Tables.InPrimary(p), (Tables.PrimaryYoung(p >> 6) >> (p & 63) & 1) != 0, Tables.SecondaryYoung(p),
            Model.Folios.GenOf(p) == 0 ? -1 : Lruvec.SeqOf(Model.Folios.GenOf(p)), Model.Folios.FlagsOf(p) & Refs))];

        public int AnyListed(ulong seed)
        {
            int[] listed = [.. Enumerable.Range(0, Pages).Where(i => Model.Folios.GenOf(First + i) != 0 && Tables.InPrimary(First + i))];
            return listed[seed * 7919 % (ulong)listed.Length];
        }

        public SortedDictionary<long, List<int>> Lists()
        {
            SortedDictionary<long, List<int>> lists = [];
            for (long seq = Lruvec.MinSeq(0); seq <= Lruvec.MaxSeq; seq++)
            {
                List<int> list = [];
                for (int folio = Lruvec.Lists[Lruvec.Index((int)(seq & 3), 0, 0)].Head; folio >= 0; folio = Model.Folios.Next[folio])
                {
                    list.Add(folio - First);
                }
                lists.Add(seq, list);
            }
            return lists;
        }
    }
}
