using SecondLook.Contracts.Runs;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Classic;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>The scans of the classic lists, which relink in place, against plain lists.</summary>
public class ClassicTwinTests
{
    private const int Pages = 400;

    public static TheoryData<string> Profiles => [.. ReclaimProfiles.All];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ShrinkList_OnRandomLists_EqualsThatOverPlainLists(string profile)
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            Xoshiro256 random = new(seed, "classic");
            ReclaimSwitches switches = ReclaimProfiles.Create(profile);
            switches.Mglru = false;
            FlatPageTables tables = new() { HasNotifiers = true };
            ReclaimModel model = new(switches, tables);
            Memcg memcg = model.AddMemcg("/vm", model.Root);
            int first = model.AddVma(model.AddSpace(memcg, hasNotifiers: true), 0, Pages).FirstPage;
            tables.Reserve(model.Folios.Count);
            for (int i = 0; i < 900; i++)
            {
                int page = first + (int)random.NextBelow(Pages);
                if (!tables.InPrimary(page))
                {
                    model.Fault(page, guest: random.NextBelow(2) == 0, random.NextBelow(2) == 0);
                }
                tables.SetYoung(page, random.NextBelow(3) == 0, random.NextBelow(3) == 0);
                if (random.NextBelow(4) == 0)
                {
                    model.MarkAccessed(page);
                }
            }
            ClassicPolicy policy = (ClassicPolicy)model.Policy;
            ClassicLruvec lruvec = memcg.Lists!;
            for (int round = 0; round < 8; round++)
            {
                int index = (int)random.NextBelow(2);
                int count = 1 + (int)random.NextBelow(32);
                List<int>[] lists = [Plain(model, lruvec, 0), Plain(model, lruvec, 1)];
                HashSet<int> freed = Slow(model, tables, lists, index, count);
                long got = policy.ShrinkList(lruvec, index, count, new ScanControl { Target = memcg, MayDeactivate = 3 });
                Assert.Equal(freed.Count, got);
                Assert.Equal(string.Join(' ', lists[0]), string.Join(' ', Plain(model, lruvec, 0)));
                Assert.Equal(string.Join(' ', lists[1]), string.Join(' ', Plain(model, lruvec, 1)));
                Assert.All(freed, page => Assert.False(tables.InPrimary(page)));
                model.CheckInvariants();
            }
        }
    }

    // mglru-model.md 9.2 and the table of 6.5, for anon pages.
    private static HashSet<int> Slow(ReclaimModel model, FlatPageTables tables, List<int>[] lists, int index, int count)
    {
        List<int> batch = [];
        while (batch.Count < count && lists[index].Count > 0)
        {
            batch.Add(lists[index][^1]);
            lists[index].RemoveAt(lists[index].Count - 1);
        }
        HashSet<int> freed = [];
        foreach (int page in batch)
        {
            bool young = (tables.PrimaryYoung(page >> 6) >> (page & 63) & 1) != 0 || tables.SecondaryYoung(page);
            bool referenced = (model.Folios.FlagsOf(page) & FolioFlags.Referenced) != 0;
            if (index == 1)
            {
                // Active pages are deactivated, referenced or not.
                lists[0].Insert(0, page);
            }
            else if (!young)
            {
                freed.Add(page);
            }
            else
            {
                lists[referenced ? 1 : 0].Insert(0, page);
            }
        }
        return freed;
    }

    private static List<int> Plain(ReclaimModel model, ClassicLruvec lruvec, int index)
    {
        List<int> list = [];
        for (int folio = lruvec.Lists[index].Head; folio >= 0; folio = model.Folios.Next[folio])
        {
            list.Add(folio);
        }
        return list;
    }
}
