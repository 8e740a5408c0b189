using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Tests.Demands;

/// <summary>What cannot be done is answered as the kernel answers it, and a replay goes on and says so.</summary>
public class ImpossibleDemandTests
{
    private const int Pages = 300;
    private const long Second = 1_000_000_000;

    public static TheoryData<string> Profiles => [.. ReclaimProfiles.All];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void MemoryReclaim_MoreThanThereIs_TakesAllAndAnswersEagain(string profile)
    {
        (ReclaimModel model, Memcg memcg, int first) = Populated(profile);
        Assert.Equal(Errno.EAGAIN, model.ReclaimMemcg(memcg, 10 * Pages));
        Assert.Equal(0, memcg.Usage);
        Assert.Equal(FaultKind.Major, model.Fault(first, guest: true, write: false));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void MemoryReclaim_WithoutSwap_TakesNothingAndAnswersEagain(string profile)
    {
        (ReclaimModel model, Memcg memcg, _) = Populated(profile, s => s.SwapPages = 0);
        Assert.Equal(Errno.EAGAIN, model.ReclaimMemcg(memcg, 32));
        Assert.Equal(Pages, memcg.Usage);
        if (memcg.Generations is not null)
        {
            // The debugfs command names its own swappiness; the pages find no slot and stay.
            Assert.Equal(0, model.Evict(memcg, -1, 200));
            Assert.Equal(Pages, memcg.Usage);
        }
    }

    [Theory]
    [InlineData("p61", 60, Errno.EINVAL)]
    [InlineData("p66", 60, Errno.EINVAL)]
    [InlineData("p612", 60, 0)]
    [InlineData("p612", 200, 0)]
    [InlineData("p612", ReclaimModel.AnonOnly, Errno.EINVAL)]
    [InlineData("p614", ReclaimModel.AnonOnly, 0)]
    [InlineData("p73", ReclaimModel.AnonOnly, 0)]
    [InlineData("p73", 202, Errno.EINVAL)]
    public void MemoryReclaim_SwappinessArgument_IsTakenFromTheKernelOnThatHasIt(string profile, int swappiness, int answer)
    {
        (ReclaimModel model, Memcg memcg, _) = Populated(profile);
        Assert.Equal(answer, model.ReclaimMemcg(memcg, 32, swappiness));
        Assert.Equal(answer == 0, memcg.Usage < Pages);
    }

    [Theory]
    [InlineData("p61", 201, Errno.EINVAL)]
    [InlineData("p612", 201, Errno.EINVAL)]
    [InlineData("p72", 201, 0)]
    [InlineData("p72", 202, Errno.EINVAL)]
    public void Debugfs_SwappinessOutOfRange_IsEinval(string profile, int swappiness, int answer)
    {
        (ReclaimModel model, Memcg memcg, _) = Populated(profile);
        Assert.Equal(answer, model.Evict(memcg, -1, swappiness));
        Assert.Equal(answer, model.Age(memcg, -1, swappiness, force: true));
    }

    [Theory]
    [InlineData("p61", Errno.ERANGE)]
    [InlineData("p612", Errno.ERANGE)]
    [InlineData("p614", 0)]
    [InlineData("p72", 0)]
    public void Debugfs_AgingOfFourGenerationsWithoutForce_IsErangeBefore614(string profile, int answer)
    {
        (ReclaimModel model, Memcg memcg, _) = Populated(profile);
        Assert.Equal(answer, model.Age(memcg, -1, 200, force: false));
        Assert.Equal(0, model.Age(memcg, -1, 200, force: true));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Debugfs_SequencesThatDoNotExist_AreEinval(string profile)
    {
        (ReclaimModel model, Memcg memcg, _) = Populated(profile);
        long max = memcg.Generations!.MaxSeq;
        Assert.Equal(Errno.EINVAL, model.Age(memcg, max + 1, 200, force: true));
        Assert.Equal(Errno.EINVAL, model.Evict(memcg, max - 1, 200));
        Assert.Equal(Errno.EINVAL, model.Evict(memcg, max + 5, 200));
        Assert.Equal(Pages, memcg.Usage);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void MemoryMax_SmallerThanOneBatch_IsKept(string profile)
    {
        foreach (bool mglru in (bool[])[true, false])
        {
            foreach (int limit in (int[])[1, 2, 31, 63])
            {
                ReclaimSwitches switches = ReclaimProfiles.Create(profile);
                switches.Mglru = mglru;
                FlatPageTables tables = new() { HasNotifiers = true };
                ReclaimModel model = new(switches, tables);
                Memcg memcg = model.AddMemcg("/vm", model.Root);
                int first = model.AddVma(model.AddSpace(memcg, hasNotifiers: true), 0, Pages).FirstPage;
                tables.Reserve(model.Folios.Count);
                memcg.MaxPages = limit;
                for (int i = 0; i < Pages; i++)
                {
                    model.NowNs += 1000;
                    // The first pages found are young; a second reclaim of the same charge sees them old.
                    Assert.NotEqual(FaultKind.OutOfMemory, model.Fault(first + i, guest: true, write: true));
                    Assert.InRange(memcg.Usage, 1, limit);
                    model.CheckInvariants();
                }
            }
        }
    }

    [Theory]
    [InlineData("mainline_6_12")]
    [InlineData("mainline_7_3")]
    [InlineData("classic_7_2")]
    public void Replay_UnderALimitWithoutSwap_CountsEveryPageWithoutRoomAsEnomem(string preset)
    {
        ReplayRecord record = Replay(preset, ("swap_pages", "0"), 100, []);
        DemandShortfall oom = record.DemandErrors.Rows["fault/ENOMEM"];
        Assert.Equal((Pages - 100, Pages - 100, 0), (oom.Count, oom.Wanted, oom.Got));
        Assert.Equal(1 + (100 * Second), oom.FirstNs);
        Assert.Empty(record.Evictions);
        Assert.Equal(Pages, record.PeakResident);
    }

    [Theory]
    [InlineData("mainline_6_12")]
    [InlineData("mglru_6_1")]
    [InlineData("classic_6_12")]
    public void Replay_OfMoreThanThereIs_CountsEagainWithWhatWasGiven(string preset)
    {
        DemandStep[] steps = [new DemandStep(400 * Second, StepKind.Free, 5000, "reclaim", default)];
        ReplayRecord record = Replay(preset, ("swappiness", "200"), null, steps);
        DemandShortfall shortfall = record.DemandErrors.Rows["reclaim/EAGAIN"];
        Assert.Equal((1, 5000, Pages), (shortfall.Count, shortfall.Wanted, shortfall.Got));
        Assert.Equal(Pages, record.Evictions.Count);
    }

    [Theory]
    [InlineData("swappiness", "201")]
    [InlineData("swappiness", "-1")]
    [InlineData("swappiness", "sixty")]
    [InlineData("swap_pages", "-5")]
    [InlineData("min_ttl_ms", "99999999999999999999")]
    [InlineData("refs_width", "3")]
    [InlineData("cap_bits", "0x20")]
    [InlineData("zones", "0")]
    [InlineData("folio_batch_size", "0")]
    public void Job_WithAValueThatNoKernelTakes_SaysPlaceAndRange(string name, string value)
    {
        List<string> problems = [];
        Assert.False(PolicyPresets.TryResolve(new PolicySpec("x", "mainline_6_12", new Dictionary<string, string> { [name] = value }), "policies[2]", problems, out _));
        string problem = Assert.Single(problems);
        Assert.StartsWith($"policies[2]: switch {name}: '{value}' is no whole number from ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", problem, StringComparison.Ordinal);
    }

    private static (ReclaimModel Model, Memcg Memcg, int First) Populated(string profile, Action<ReclaimSwitches>? change = null)
    {
        ReclaimSwitches switches = ReclaimProfiles.Create(profile);
        change?.Invoke(switches);
        FlatPageTables tables = new() { HasNotifiers = true };
        ReclaimModel model = new(switches, tables);
        Memcg memcg = model.AddMemcg("/vm", model.Root);
        int first = model.AddVma(model.AddSpace(memcg, hasNotifiers: true), 0, Pages).FirstPage;
        tables.Reserve(model.Folios.Count);
        for (int i = 0; i < Pages; i++)
        {
            model.NowNs += 1000;
            model.Fault(first + i, guest: true, write: true);
        }
        return (model, memcg, first);
    }

    // A page a second, each touched once.
    private static ReplayRecord Replay(string preset, (string Name, string Value) change, long? capacity, DemandStep[] steps)
    {
        List<string> problems = [];
        Assert.True(PolicyPresets.TryResolve(new PolicySpec(preset, preset, new Dictionary<string, string> { [change.Name] = change.Value }), "", problems, out PolicyPlan? plan));
        GuestPages guest = GuestPages.FromSlots([new SlotPages("vm", 1, 0x40000, Pages, 0x600000000000, 0)]);
        List<ScheduledAccess> accesses = [];
        for (int i = 0; i < Pages; i++)
        {
            accesses.Add(new ScheduledAccess(1 + (i * Second), i, i, TouchOrigin.Fault, true, false, -1, 0));
        }
        AccessSchedule schedule = new("test", "truth", Pages, accesses, null);
        ReplayRecord record = new() { Schedule = 0, Capacity = capacity };
        ReplayRecorder recorder = new(schedule, record, 0, 1000 * Second, Second, Second);
        HostMemory memory = new(guest, HostSetup.Of(plan, new CaptureFacts { SpteChanges = true }), schedule, recorder, capacity, false);
        ReplayLoop.Run(memory, schedule, new ReplayScript([.. steps], [], []), recorder, CancellationToken.None);
        return record;
    }
}
