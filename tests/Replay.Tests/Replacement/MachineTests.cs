using SecondLook.Contracts.Runs;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>A machine that is full: watermarks, kswapd, direct reclaim, and whose pages go.</summary>
public class MachineTests
{
    private const int Pages = 1000;
    private const int Machine = 2048;

    public static TheoryData<string, bool> Profiles
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string profile in ReclaimProfiles.All)
            {
                data.Add(profile, true);
                data.Add(profile, false);
            }
            return data;
        }
    }

    /// <summary>By hand: min_free_kbytes is the root of sixteen times the memory in KiB, the step a quarter of it or a thousandth of the machine.</summary>
    [Theory]
    [InlineData(4096, 128, 160, 192)]
    [InlineData(1 << 20, 2048, 3096, 4144)]
    [InlineData(1 << 24, 8192, 24969, 41746)]
    public void Watermarks_OfA16MiBA4GiBAndA64GiBMachine_AreTheKernels(long pages, long min, long low, long high)
    {
        ReclaimModel model = new(ReclaimProfiles.Create("p612"), new FlatPageTables()) { MachinePages = pages };
        Assert.Equal((min, low, high), (model.MinWatermarkPages, model.LowWatermarkPages, model.HighWatermarkPages));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Faults_OnAFullMachine_KeepTheMinimumFreeAndEveryRule(string profile, bool mglru)
    {
        Setup s = new(profile, mglru, 3);
        Xoshiro256 random = new(3, "machine");
        for (int step = 0; step < 12_000; step++)
        {
            int vm = (int)random.NextBelow(3);
            s.Touch(vm, (int)random.NextBelow((ulong)(vm == 0 ? 600 : Pages)), random.NextBelow(3) == 0);
            Assert.True(Machine - s.Model.Root.Usage >= s.Model.MinWatermarkPages - 1);
            if (step % 500 == 0)
            {
                s.Model.CheckInvariants();
                Assert.Equal(s.Model.Root.Usage, s.Memcgs.Sum(m => m.Usage));
            }
        }
        Assert.True(s.Model.KswapdRuns > 0);
        Assert.Equal(s.Model.Counters.PgSteal[0], s.Memcgs.Sum(m => m.Counters.PgSteal[0]));
        Assert.Equal(0, s.Memcgs.Sum(m => m.Counters.PgStealBy[(int)ReclaimCaller.Proactive]));
    }

    /// <summary>
    /// Idle cgroups of one size all pay: the memcg LRU of 6.6 on visits one after the other, the classic lists all of them. In 6.1 each gives its size
    /// shifted by the priority, and the largest alone gives enough before the small ones give a page.
    /// </summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void Reclaim_OfEqualIdleCgroups_TakesFromEachByTheKernelsRule(string profile, bool mglru)
    {
        Setup s = new(profile, mglru, 4, pages: 4000);
        for (int page = 0; page < 450; page++)
        {
            for (int vm = 0; vm < 3; vm++)
            {
                s.Touch(vm, page, write: true);
            }
        }
        for (int page = 0; page < 1600; page++)
        {
            s.Touch(3, page, write: true);
        }
        long[] taken = [.. s.Memcgs.Take(3).Select(m => m.Counters.PgSteal[0])];
        if (profile == "p61" && mglru)
        {
            Assert.Equal([0, 0, 0], taken);
            Assert.True(s.Memcgs[3].Counters.PgSteal[0] > 0);
            return;
        }
        Assert.True(taken.Min() > 0 && taken.Max() <= 450, string.Join(", ", taken));
    }

    [Fact]
    public void MinTtl_WhereEveryGenerationIsYoung_IsTheOomKillersTurn()
    {
        Setup s = new("p612", true, 1, pages: 4000, change: w => w.MinTtlMs = 3_600_000);
        Assert.Contains(FaultKind.OutOfMemory, Enumerable.Range(0, 4000).Select(p => s.Touch(0, p, write: true)).Append(FaultKind.OutOfMemory));
        Assert.True(s.Model.MinTtlKills > 0);
        Setup without = new("p612", true, 1, pages: 4000);
        Assert.DoesNotContain(FaultKind.OutOfMemory, Enumerable.Range(0, 4000).Select(p => without.Touch(0, p, write: true)));
        Assert.Equal(0, without.Model.MinTtlKills);
    }

    [Fact]
    public void Machine_WithoutSwap_HasNoRoomForMoreThanItsMemory()
    {
        Setup s = new("p72", true, 1, pages: 4000, change: w => w.SwapPages = 0);
        int room = Enumerable.Range(0, 4000).Count(p => s.Touch(0, p, write: true) != FaultKind.OutOfMemory);
        Assert.Equal(Machine - s.Model.MinWatermarkPages, room);
        s.Model.ForceCharges = true;
        Assert.Equal(FaultKind.New, s.Touch(0, 3999, write: true));
        Assert.Equal(1, s.Model.ForcedPages);
    }

    private sealed class Setup
    {
        private readonly FlatPageTables _tables = new() { HasNotifiers = true };
        private readonly int[] _first;

        public Setup(string profile, bool mglru, int vms, int pages = Pages, Action<ReclaimSwitches>? change = null)
        {
            ReclaimSwitches switches = ReclaimProfiles.Create(profile);
            switches.Mglru = mglru;
            change?.Invoke(switches);
            Model = new ReclaimModel(switches, _tables) { MachinePages = Machine };
            _first = new int[vms];
            for (int vm = 0; vm < vms; vm++)
            {
                Memcgs.Add(Model.AddMemcg($"/vm{vm}", Model.Root));
                _first[vm] = Model.AddVma(Model.AddSpace(Memcgs[vm], hasNotifiers: true), 0x10000 * vm, pages).FirstPage;
            }
            _tables.Reserve(Model.Folios.Count);
        }

        public ReclaimModel Model { get; }

        public List<Memcg> Memcgs { get; } = [];

        public FaultKind Touch(int vm, int page, bool write)
        {
            int id = _first[vm] + page;
            Model.NowNs += 100_000;
            if ((_tables.Present(id >> 6) >> (id & 63) & 1) == 0)
            {
                return Model.Fault(id, guest: true, write);
            }
            _tables.TouchSecondary(id);
            return FaultKind.Present;
        }
    }
}
