using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>What waits per CPU under classic lists, and what statistics say in the meantime.</summary>
public class ClassicBatchTests
{
    private const int Pages = 512;

    /// <summary>Two marks of a guest fault find the folio in the faulting CPU's own batch: it enters the active list. The last entry of a batch
    /// is drained before it is marked: it enters the inactive list and waits to be activated with 30 others like it.</summary>
    [Fact]
    public void GuestFaults_OneCpu_LastFolioOfEachBatchWaitsForActivation()
    {
        Setup s = new("p72");
        for (int page = 0; page < 31 * 2; page++)
        {
            s.Model.Fault(s.First + page, guest: true, write: true, cpu: 1);
        }
        Assert.Equal((2, 60), s.Anon());
        Assert.Equal(0, s.Memcg.Counters.PgActivate);
        s.Model.DrainBatches();
        Assert.Equal((0, 62), s.Anon());
        Assert.Equal(2, s.Memcg.Counters.PgActivate);
    }

    /// <summary>A folio that waits to be inserted on another CPU is not found by the mark: it stays inactive, its referenced flag is gone.</summary>
    [Fact]
    public void GuestFault_FolioWaitsOnAnotherCpu_StaysInactive()
    {
        Setup s = new("p612");
        s.Model.Fault(s.First, guest: false, write: true, cpu: 0);
        s.Model.Fault(s.First, guest: true, write: true, cpu: 1);
        s.Model.Fault(s.First + 1, guest: false, write: true, cpu: 1);
        s.Model.Fault(s.First + 1, guest: true, write: true, cpu: 1);
        s.Model.DrainBatches();
        Assert.Equal((1, 1), s.Anon());
        Assert.Equal(FolioFlags.None, s.Model.Folios.FlagsOf(s.First) & (FolioFlags.Active | FolioFlags.Referenced));
        Assert.Equal(FolioFlags.Active, s.Model.Folios.FlagsOf(s.First + 1) & FolioFlags.Active);
    }

    /// <summary>A folio in the activation batch of another CPU can be taken by reclaim, which cannot free it: the batch holds a reference.</summary>
    [Fact]
    public void Reclaim_FolioInActivationBatchOfAnotherCpu_IsKept()
    {
        Setup s = new("p72");
        s.Model.CommandCpu = 0;
        for (int page = 0; page < 31; page++)
        {
            s.Model.Fault(s.First + page, guest: true, write: true, cpu: 1);
            s.Tables.SetYoung(s.First + page, primary: false, secondary: false);
        }
        Assert.Equal((1, 30), s.Anon());
        s.Model.ReclaimMemcg(s.Memcg, 8);
        Assert.Equal(FolioFlags.Resident, s.Model.Folios.FlagsOf(s.First + 30) & FolioFlags.Resident);
    }

    /// <summary>At the last flush all pages were active; now most are inactive. 6.1 flushes before a pass once enough has changed and leaves the
    /// active list alone; 6.12 goes on with what the last flush said and deactivates at every priority.</summary>
    [Theory]
    [InlineData("p61", true)]
    [InlineData("p66", true)]
    [InlineData("p612", false)]
    [InlineData("p72", false)]
    public void Reclaim_MuchChangedSinceLastFlush_SeesItWhereReclaimFlushes(string profile, bool sees)
    {
        Setup s = new(profile);
        s.Model.NowNs = 500_000_000;
        for (int page = 0; page < 400; page++)
        {
            s.Model.Fault(s.First + page, guest: page < 60, write: true, cpu: 0);
            s.Tables.SetYoung(s.First + page, primary: false, secondary: false);
            if (page == 59)
            {
                s.Model.DrainBatches();
                s.Model.FlushStats();
            }
        }
        s.Model.DrainBatches();
        Assert.Equal((340, 60), s.Anon());
        s.Model.ReclaimMemcg(s.Memcg, 32);
        Assert.Equal(sees, s.Memcg.Counters.PgDeactivate == 0);
    }

    /// <summary>Sizes that a snapshot printed are what balance reads, and waiting file pages enter the list until it holds that many.</summary>
    [Fact]
    public void KnowFileSizes_FewerListedThanPrinted_OldestWaitingPagesEnterTheList()
    {
        Setup s = new("p72");
        int files = s.Model.AddFilePages(s.Memcg, 10);
        for (int i = 0; i < 10; i++)
        {
            s.Model.ReadFilePage(files + i, dirty: true, inFault: false, cpu: 0);
        }
        Assert.Equal(0, s.Memcg.Lists!.Pages(1, active: false));
        s.Model.KnowFileSizes(s.Memcg, 4, 0);
        Assert.Equal(4, s.Memcg.Lists.Pages(1, active: false));
        Assert.Equal(FolioFlags.None, s.Model.Folios.FlagsOf(files + 3) & FolioFlags.Batched);
        Assert.Equal(FolioFlags.Batched, s.Model.Folios.FlagsOf(files + 4) & FolioFlags.Batched);
        s.Model.CheckInvariants();
    }

    /// <summary>A file page that reclaim of the whole machine freed is charged to its own cgroup again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadFilePage_FreedByTheWholeMachine_IsChargedToItsCgroup(bool mglru)
    {
        Setup s = new("p72", mglru);
        int files = s.Model.AddFilePages(s.Memcg, 200);
        for (int i = 0; i < 200; i++)
        {
            s.Model.ReadFilePage(files + i, dirty: false);
        }
        s.Model.DrainBatches();
        s.Model.ReclaimMemcg(s.Model.Root, 100);
        int freed = Enumerable.Range(0, 200).First(i => (s.Model.Folios.FlagsOf(files + i) & FolioFlags.Resident) == 0);
        long usage = s.Memcg.Usage;
        s.Model.ReadFilePage(files + freed, dirty: false);
        Assert.Equal(usage + 1, s.Memcg.Usage);
    }

    private sealed class Setup
    {
        public Setup(string profile, bool mglru = false)
        {
            ReclaimSwitches switches = ReclaimProfiles.Create(profile);
            switches.Mglru = mglru;
            switches.FolioBatchDelay = true;
            Model = new ReclaimModel(switches, Tables);
            Memcg = Model.AddMemcg("/vm", Model.Root);
            First = Model.AddVma(Model.AddSpace(Memcg, hasNotifiers: true), 0x1000, Pages).FirstPage;
            Tables.Reserve(Model.Folios.Count + 1024);
        }

        public FlatPageTables Tables { get; } = new();

        public ReclaimModel Model { get; }

        public Memcg Memcg { get; }

        public int First { get; }

        public (long Inactive, long Active) Anon() => (Memcg.Lists!.Pages(0, active: false), Memcg.Lists.Pages(0, active: true));
    }
}
