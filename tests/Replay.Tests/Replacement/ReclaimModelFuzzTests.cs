using SecondLook.Contracts.Runs;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>Random histories under every profile, with every background effect: the model's own rules must hold after each event.</summary>
public sealed class ReclaimModelFuzzTests
{
    private const int Pages = 700;

    public static TheoryData<string, bool> Profiles
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string profile in ReclaimProfiles.All)
            {
                data.Add(profile, true);
                data.Add(profile, false);
            }
            data.Add("p612b", true);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void RandomEvents_EveryProfile_KeepInvariants(string profile, bool mglru)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            ReclaimSwitches switches = ReclaimProfiles.Create(profile);
            switches.Mglru = mglru;
            switches.IoModel = seed % 2 == 0 ? IoModel.Plug : IoModel.Instant;
            switches.FolioBatchDelay = seed > 2;
            switches.SwapReadaround = seed > 1;
            switches.HistGens = seed == 3 ? 4 : 1;
            switches.Bloom = seed == 4 ? BloomKind.Hashed : BloomKind.Exact;
            Play(switches, new Xoshiro256(seed, "reclaim-fuzz"));
        }
    }

    [Fact]
    public void FoldOldest_RandomLists_EqualsTailByTailMoves()
    {
        var random = new Xoshiro256(7, "fold");
        for (int round = 0; round < 200; round++)
        {
            ReclaimSwitches switches = ReclaimProfiles.Create(round % 2 == 0 ? "p612" : "p72");
            var tables = new FlatPageTables();
            var model = new ReclaimModel(switches, tables);
            Memcg memcg = model.AddMemcg("/fold", model.Root);
            AddressSpace space = model.AddSpace(memcg, hasNotifiers: true);
            int first = model.AddVma(space, 0, 64).FirstPage;
            tables.Reserve(model.Folios.Count);
            var lists = new List<int>[4];
            var gens = new int[64];
            for (int slot = 0; slot < 4; slot++)
            {
                lists[slot] = [];
            }
            for (int i = 0; i < 40; i++)
            {
                int slot = (int)(random.Next() % 4);
                int gen = random.Next() % 3 == 0 ? (int)(random.Next() % 4) : slot;
                model.Folios.Change(first + i, FolioFlags.SwapBacked | FolioFlags.Resident);
                model.Folios.Memcg[first + i] = (ushort)memcg.Id;
                memcg.Generations!.Lists[memcg.Generations.Index(slot, 0, 0)].AddTail(model.Folios.Next, model.Folios.Prev, first + i);
                model.Folios.Gen[first + i] = (byte)((slot << 4) | (gen + 1));
                model.Folios.SetOnList(first + i);
                memcg.Generations.NrPages[memcg.Generations.Index(gen, 0, 0)]++;
                lists[slot].Add(i);
                gens[i] = gen;
            }
            SlowFold(lists, gens);
            model.Mglru!.IncMaxSeq(memcg.Generations!, 60);
            model.CheckInvariants();
            for (int slot = 0; slot < 4; slot++)
            {
                var found = new List<int>();
                FolioList list = memcg.Generations!.Lists[memcg.Generations.Index(slot, 0, 0)];
                for (int folio = list.Head; folio >= 0; folio = model.Folios.Next[folio])
                {
                    found.Add(folio - first);
                }
                Assert.Equal(lists[slot], found);
            }
        }
    }

    // The rule as written: while the oldest list is not empty, its tail goes to the tail of the list of its generation.
    private static void SlowFold(List<int>[] lists, int[] gens)
    {
        while (lists[0].Count > 0)
        {
            int folio = lists[0][^1];
            lists[0].RemoveAt(lists[0].Count - 1);
            gens[folio] = gens[folio] == 0 ? 1 : gens[folio];
            lists[gens[folio]].Add(folio);
        }
    }

    private static void Play(ReclaimSwitches switches, Xoshiro256 random)
    {
        var tables = new FlatPageTables { HasNotifiers = true };
        var model = new ReclaimModel(switches, tables);
        Memcg memcg = model.AddMemcg("/vm", model.Root);
        AddressSpace space = model.AddSpace(memcg, hasNotifiers: true);
        int first = model.AddVma(space, 100, Pages).FirstPage;
        int files = model.AddFilePages(memcg, 64);
        tables.Reserve(model.Folios.Count);
        for (int step = 0; step < 250; step++)
        {
            model.NowNs += 1_000_000;
            Act(model, memcg, tables, first, files, random);
            model.CheckInvariants();
            long resident = 0;
            for (int folio = 0; folio < model.Folios.Count; folio++)
            {
                resident += (model.Folios.FlagsOf(folio) & FolioFlags.Resident) != 0 ? 1 : 0;
            }
            Assert.Equal(resident, memcg.Usage);
        }
    }

    private static void Act(ReclaimModel model, Memcg memcg, FlatPageTables tables, int first, int files, Xoshiro256 random)
    {
        switch (random.Next() % 10)
        {
            case 0:
                memcg.MaxPages = random.Next() % 3 == 0 ? 400 : long.MaxValue;
                break;
            case 1 when memcg.Generations is not null:
                model.Age(memcg, -1, random.Next() % 4 == 0 ? 0 : 60, random.Next() % 2 == 0);
                break;
            case 2 when memcg.Generations is not null:
                model.Evict(memcg, -1, random.Next() % 2 == 0 ? 200 : 60, (long)(random.Next() % 300));
                break;
            case 3:
                model.ReclaimMemcg(memcg, (long)(random.Next() % 200));
                break;
            case 4:
                model.Drop(first + (int)(random.Next() % Pages));
                break;
            case 5:
                model.ReadFilePage(files + (int)(random.Next() % 64), random.Next() % 2 == 0);
                break;
            case 6:
                model.RunKswapd(64);
                break;
            default:
                for (int i = 0; i < 60; i++)
                {
                    Touch(model, tables, first + (int)(random.Next() % Pages), random);
                }
                break;
        }
    }

    private static void Touch(ReclaimModel model, FlatPageTables tables, int page, Xoshiro256 random)
    {
        bool guest = random.Next() % 3 != 0;
        bool write = random.Next() % 2 == 0;
        int cpu = (int)(random.Next() % 2);
        if (guest ? !tables.InSecondary(page) : !tables.InPrimary(page))
        {
            if (model.Fault(page, guest, write, cpu) == FaultKind.OutOfMemory)
            {
                return;
            }
        }
        if (guest)
        {
            tables.TouchSecondary(page);
        }
        else
        {
            tables.TouchPrimary(page);
        }
    }
}
