using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest;
using SecondLook.Parquet;
using SecondLook.Pipeline.Tests.Validation.Causes;
using SecondLook.Replay;
using SecondLook.Replay.Ledger;
using SecondLook.Replay.Schedules;
using SecondLook.Replay.Workloads;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>
/// Traces made so that one cause of errors alone is at work, through ingest, replay and ledger: a kernel that sees everything makes no error on
/// them, and with one thing taken away at least 99 % of the errors are charged to it.
/// </summary>
public sealed class SingleCauseTests
{
    private const double LeastShare = 0.99;

    [Theory]
    [InlineData("mainline_6_15")]
    [InlineData("mglru_6_1")]
    [InlineData("jh_v7")]
    public void RoundsOfColdPages_UnderAKernelThatSeesThem_HaveNoErrors(string preset) => Assert.Equal(0, Errors(new RoundsOfColdPages(), preset, []).All);

    [Theory]
    [InlineData("mainline_6_15", "tlb_model", "lru:1536", ErrorCause.TlbHidden)]
    [InlineData("mainline_6_15", "cap_bits", "1", ErrorCause.RangeNotWalked)]
    [InlineData("mainline_6_15", "folio_batch_delay", "on", ErrorCause.BatchNotDrained)]
    [InlineData("mainline_6_15", "huge_leafs", "on", ErrorCause.HugePage)]
    [InlineData("classic_6_12", "", "", ErrorCause.GenerationRounding)]
    public void RoundsOfColdPages_WithOneThingTakenAway_ChargeTheirErrorsToIt(string preset, string name, string value, string cause)
    {
        (long all, Dictionary<string, long> by) = Errors(new RoundsOfColdPages(), preset, name.Length > 0 ? [(name, value)] : []);
        Assert.True(all > 100, $"{all} errors");
        Assert.True(by.GetValueOrDefault(cause) >= LeastShare * all, string.Join(", ", by));
    }

    [Fact]
    public void RoundsOfColdPages_WalksThatReadOnlyThePrimary_ErrColdForTheUnreadBitAndHotForTheStaleOne()
    {
        ReplayRecord record = Replay(new RoundsOfColdPages(), "mainline_6_15", [("walk", "primary")]);
        foreach ((string side, string cause) in new[] { ("false_cold", ErrorCause.SecondaryNotRead), ("false_hot", ErrorCause.OneMmuCleared) })
        {
            long all = record.ErrorCauses!.Where(c => c.Side == side).Sum(c => c.Pages);
            Assert.True(all > 100, $"{all} errors");
            Assert.True(record.ErrorCauses!.Where(c => c.Side == side && c.Cause == cause).Sum(c => c.Pages) >= LeastShare * all, $"{side}: {string.Join(", ", record.ErrorCauses!)}");
        }
    }

    // Both MMUs map a page that its L1 and its L2 used; a clear that stops at the first leaves the other's bit for the next pass.
    [Theory]
    [InlineData("mainline_6_15", 0)]
    [InlineData("wrong_elide", 100)]
    public void PagesOfTwoMmus_ClearsThatSkipOne_ChargeTheirErrorsToTheStaleBit(string preset, int least)
    {
        (long all, Dictionary<string, long> by) = Errors(new PagesOfTwoMmus(), preset, [], fromTruth: true);
        Assert.True(least == 0 ? all == 0 : all > least, $"{all} errors");
        Assert.True(by.GetValueOrDefault(ErrorCause.OneMmuCleared) >= LeastShare * all, string.Join(", ", by));
    }

    // jh_v6 loses the TDP MMU's answer where the shadow MMU is asked too; its own fix, and the kernel merged later, do not.
    [Theory]
    [InlineData("jh_v6", "", 100)]
    [InlineData("jh_v6", "v6_shadow_overwrites", 0)]
    [InlineData("mainline_6_15", "", 0)]
    public void WokenPages_AnAnswerOfOneMmuLost_ChargesItsErrorsToTheBitNotRead(string preset, string repaired, int least)
    {
        (long all, Dictionary<string, long> by) = Errors(new WokenPages(), preset, repaired.Length > 0 ? [(repaired, "false")] : [], fromTruth: true);
        Assert.True(least == 0 ? all == 0 : all > least, $"{all} errors: {string.Join(", ", by)}");
        Assert.True(by.GetValueOrDefault(ErrorCause.SecondaryNotRead) >= LeastShare * all, string.Join(", ", by));
    }

    // Two sightings promote from 6.14 on, one before: there look-around tells nothing that the pass would not.
    [Theory]
    [InlineData("mainline_6_15", "", 100)]
    [InlineData("mainline_6_15", "look_around", 0)]
    [InlineData("mglru_6_1", "", 0)]
    public void BuffersWrittenTwice_SightingsOfLookAround_ChargeTheirErrorsToIt(string preset, string without, int least)
    {
        (long all, Dictionary<string, long> by) = Errors(new BuffersWrittenTwice(), preset, without.Length > 0 ? [("without", without)] : [], fromTruth: true);
        Assert.True(least == 0 ? all == 0 : all > least, $"{all} errors: {string.Join(", ", by)}");
        Assert.True(by.GetValueOrDefault(ErrorCause.LookAround) >= LeastShare * all, string.Join(", ", by));
    }

    [Theory]
    [InlineData("mainline_6_15")]
    [InlineData("mglru_6_1")]
    [InlineData("classic_6_12")]
    public void DemandForEveryPage_UnderAnyKernel_IsUnavoidable(string preset)
    {
        (long all, Dictionary<string, long> by) = Errors(new DemandForEveryPage(), preset, []);
        Assert.True(all > 100, $"{all} errors");
        Assert.True(by.GetValueOrDefault(ErrorCause.Unavoidable) >= LeastShare * all, string.Join(", ", by));
    }

    private static (long All, Dictionary<string, long> ByCause) Errors(IWorkload workload, string preset, (string Name, string Value)[] switches, bool fromTruth = false)
    {
        ReplayRecord record = Replay(workload, preset, switches, fromTruth);
        long all = record.Passes.Sum(p => p.FalseCold + p.FalseHot);
        Dictionary<string, long> by = record.ErrorCauses!.GroupBy(c => c.Cause).ToDictionary(g => g.Key, g => g.Sum(c => c.Pages), StringComparer.Ordinal);
        Assert.Equal(all, by.Values.Sum());
        return (all, by);
    }

    private static ReplayRecord Replay(IWorkload workload, string preset, (string Name, string Value)[] switches, bool fromTruth = false)
    {
        using TemporaryFolder folder = new();
        WorkloadCapture.Write(workload, 1, folder.File("capture"));
        IngestStage.Run(new IngestRequest { Inputs = [folder.File("capture")], Codec = ParquetCodec.None }, folder.File("events"), CancellationToken.None);
        CaptureInput input = CaptureInput.Read(folder.File("events"), workload.Name, CancellationToken.None);
        Job job = new() { Name = "cause", Trace = new TraceSection { Inputs = ["capture"] }, Policies = [] };
        AccessSchedule schedule = fromTruth
            ? TruthSchedule.Build(input.Truth!, input.Pages, input.Demand)
            : new ScheduleBuilder(input.Scan.Known, input.Pages.Count, input.Demand, job.Seed).Build("latest", 1);
        PolicySpec spec = new(preset, preset, new SortedDictionary<string, string>(switches.ToDictionary(s => s.Name, s => s.Value), StringComparer.Ordinal));
        return new PolicyRun(input, ReplaySettings.Of(job, input, schedule), job.Seed)
            .RunWithLedger(ReplayCatalog.Resolve([spec])[0], schedule, 0, null, CancellationToken.None);
    }

    /// <summary>A set of hot pages in use between all passes; each round 64 pages are touched once, and then 64 pages are wanted.</summary>
    private sealed class RoundsOfColdPages : IWorkload
    {
        private const int Hot = 128;
        private const int Cold = 64;
        private const int Rounds = 12;
        private const int PassesOfRound = 4;

        public string Name => "rounds_of_cold_pages";

        public string Summary => "exactly as many pages are cold as are wanted";

        public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, 1024, 0x600000000000, 0)];

        public void Run(ModelledHost host, Xoshiro256 random)
        {
            UseHot(host);
            host.Age();
            host.Age();
            for (int round = 0; round < Rounds; round++)
            {
                for (int page = 0; page < Cold; page++)
                {
                    host.Touch(Hot + (round * Cold) + page, write: true);
                }
                UseAndAge(host);
                host.Reclaim(Cold);
            }
            UseAndAge(host);
        }

        private static void UseAndAge(ModelledHost host)
        {
            for (int pass = 0; pass < PassesOfRound; pass++)
            {
                UseHot(host);
                host.Idle(2_000_000);
                host.Age();
            }
        }

        private static void UseHot(ModelledHost host)
        {
            for (int page = 0; page < Hot; page++)
            {
                host.Touch(page, write: false);
            }
        }
    }

    /// <summary>Cold pages that both an L1 and its L2 used, beside hot pages, and warm ones that are used as often as their pass comes round.</summary>
    private sealed class PagesOfTwoMmus : IWorkload
    {
        private const int Hot = 64;
        private const int Warm = 64;
        private const int Cold = 64;
        private const int Rounds = 12;
        private const int PassesOfRound = 3;

        public string Name => "pages_of_two_mmus";

        public string Summary => "cold pages have an entry in two MMUs; warm pages are one generation younger";

        public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, 1024, 0x600000000000, 0)];

        public void Run(ModelledHost host, Xoshiro256 random)
        {
            Use(host, Hot + Warm);
            host.Age();
            host.Age();
            for (int round = 0; round <= Rounds; round++)
            {
                for (int page = 0; page < Cold && round < Rounds; page++)
                {
                    host.Touch(Hot + Warm + (round * Cold) + page, write: true);
                    host.Touch(Hot + Warm + (round * Cold) + page, write: true, nested: true);
                }
                for (int pass = 0; pass < PassesOfRound; pass++)
                {
                    Use(host, pass == 0 ? Hot + Warm : Hot);
                    host.Idle(2_000_000);
                    host.Age();
                }
                if (round < Rounds)
                {
                    host.Reclaim(Cold);
                }
            }
        }

        private static void Use(ModelledHost host, int pages)
        {
            for (int page = 0; page < pages; page++)
            {
                host.Touch(page, write: false);
            }
        }
    }

    /// <summary>All pages are in use and all are wanted: whoever chooses takes every one.</summary>
    private sealed class DemandForEveryPage : IWorkload
    {
        private const int Pages = 128;
        private const int Rounds = 12;

        public string Name => "demand_for_every_page";

        public string Summary => "every page is hot and every page is wanted";

        public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, 1024, 0x600000000000, 0)];

        public void Run(ModelledHost host, Xoshiro256 random)
        {
            for (int round = 0; round <= Rounds; round++)
            {
                for (int pass = 0; pass < 2; pass++)
                {
                    for (int page = 0; page < Pages; page++)
                    {
                        host.Touch(page, write: round == 0);
                    }
                    host.Idle(2_000_000);
                    host.Age();
                }
                if (round < Rounds)
                {
                    host.Reclaim(Pages);
                }
            }
        }
    }
}
