using SecondLook.Contracts.Jobs;
using SecondLook.Replay.Ablation;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Tests.Hosts;

public class MechanismsTests
{
    private static PolicyPlan Plan(string preset, params (string Name, string Value)[] switches)
    {
        List<string> problems = [];
        Assert.True(PolicyPresets.TryResolve(new PolicySpec(preset, preset, switches.ToDictionary(s => s.Name, s => s.Value)), "policies[0]", problems, out PolicyPlan? plan), string.Join("; ", problems));
        return plan;
    }

    private static HostSetup Setup(string preset, params (string Name, string Value)[] switches) => HostSetup.Of(Plan(preset, switches), new CaptureFacts { SpteChanges = true });

    private static string Problem(string preset, string name, string value)
    {
        List<string> problems = [];
        Assert.False(PolicyPresets.TryResolve(new PolicySpec(preset, preset, new Dictionary<string, string> { [name] = value }), "policies[3]", problems, out _));
        return Assert.Single(problems);
    }

    [Fact]
    public void Without_EveryMechanismAloneAndInPairs_IsAcceptedByEveryMglruPreset()
    {
        foreach (PresetRow preset in PolicyPresets.Rows.Where(p => !p.Overlays.Contains(PolicyPresets.Classic)))
        {
            foreach (string a in Mechanisms.Names)
            {
                Assert.False(Mechanisms.IsAtWork(Setup(preset.Name, (Mechanisms.Switch, a)), a), $"{preset.Name} without {a}");
                foreach (string b in Mechanisms.Names.Where(b => b != a))
                {
                    HostSetup setup = Setup(preset.Name, (Mechanisms.Switch, a + "+" + b));
                    Assert.False(Mechanisms.IsAtWork(setup, a) || Mechanisms.IsAtWork(setup, b));
                }
            }
        }
    }

    [Fact]
    public void Without_WhatCannotBeLeftOut_SaysPlaceAndWords()
    {
        Assert.Contains("policies[3]: switch without: there is no mechanism 'wlak'; known: walk, look_around", Problem("mainline_7_2", "without", "wlak"), StringComparison.Ordinal);
        Assert.Contains("stands twice", Problem("mainline_7_2", "without", "walk+walk"), StringComparison.Ordinal);
        Assert.Contains("active and inactive lists", Problem("classic_7_2", "without", "walk"), StringComparison.Ordinal);
        Assert.Contains("'2' is no whole number from 3 to 4", Problem("mainline_7_2", "max_gens", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public void Variants_OfAPreset_AreItselfSinglesAndPairsOfWhatIsAtWork()
    {
        List<string> variants = AblationRuns.Variants(Setup("mglru_6_1"), out List<string> idle);
        Assert.Equal(["min_ttl", "secondary_hook"], idle);
        Assert.Equal(["", "walk", "look_around", "bloom_filter", "tiers", "generations", "walk+look_around"], variants.Take(7));
        Assert.Equal(1 + 5 + 10, variants.Count);
        _ = AblationRuns.Variants(Setup("mainline_6_12", ("min_ttl_ms", "1000")), out idle);
        Assert.Empty(idle);
    }

    /// <summary>One mechanism at a time against the counters that only it moves.</summary>
    [Theory]
    [InlineData("mglru_6_1")]
    [InlineData("mainline_6_12")]
    [InlineData("mainline_7_3")]
    public void Replay_WithoutAMechanism_DoesNoneOfItsWork(string preset)
    {
        ReclaimCounters Of(params (string, string)[] switches) => Drive(Setup(preset, switches)).Reclaim.Counters;
        ReclaimCounters all = Of();
        Assert.True(all is { PtesRead: > 0, LookAroundPtes: > 0 });
        Assert.Equal(0, Of(("without", "walk")).PtesRead);
        ReclaimCounters alone = Of(("without", "look_around"));
        // 6.1 and 6.6 visit the target itself in the loop; its neighbours they do not.
        Assert.True(alone.LookAroundPtes <= alone.LookArounds, $"{alone.LookAroundPtes} of {alone.LookArounds}");
        Assert.Equal(0, Of(("without", "bloom_filter")).TablesSkippedFilter);
        Assert.Equal(0, Of(("without", "walk+look_around")).PtesRead);
        HostModel three = Drive(Setup(preset, ("without", "generations")));
        Assert.Equal(2, three.Memcg.Generations!.MaxSeq - three.Memcg.Generations.MinSeq(0));
        Assert.Equal(3, Grown(preset));
    }

    // Without eviction every list fills up to the most generations there may be.
    private static long Grown(string preset)
    {
        HostModel host = Host(Setup(preset));
        for (int i = 0; i < 8; i++)
        {
            host.GuestAccess(i, write: true, cpu: 1);
            host.Reclaim.Age(host.Memcg, -1, 200, force: true);
        }
        return host.Memcg.Generations!.MaxSeq - host.Memcg.Generations.MinSeq(0);
    }

    [Fact]
    public void Walk_WithoutTheHook_AsksNoSecondaryMmu_AndEvictionStillDoes()
    {
        HostModel with = Drive(Setup("mainline_7_2"));
        HostModel without = Drive(Setup("mainline_7_2", ("without", "secondary_hook")));
        Assert.True(HostCounts.Take(with).WalkCleared > 0);
        Assert.Equal(0, HostCounts.Take(without).WalkCleared);
        Assert.True(HostCounts.Take(without).RmapCleared > 0);
    }

    private static HostModel Host(HostSetup setup) =>
        new(GuestPages.FromSlots([new SlotPages("vm", 1, 0x40000, 4096, 0x600000000000, 0)]), setup, new ReclaimObserver(), 1);

    private static HostModel Drive(HostSetup setup)
    {
        HostModel host = Host(setup);
        host.Memcg.MaxPages = 3000;
        SecondLook.Contracts.Runs.Xoshiro256 random = new(7, "mechanisms");
        for (int i = 0; i < 40_000; i++)
        {
            // A sparse part of the tables, a hot part and a scan, so that each mechanism has something to do.
            int page = random.NextBelow(4) == 0 ? (int)random.NextBelow(4096) : (int)random.NextBelow(64) * 40 % 4096;
            host.Reclaim.NowNs += 1_000_000;
            bool write = random.NextBelow(3) == 0;
            // The VMM uses pages too: 6.1 looks around young primary bits only.
            Assert.True(random.NextBelow(5) == 0 ? host.HostAccess(page, write, cpu: 1) : host.GuestAccess(page, write, cpu: 1));
            if (i % 1500 == 0)
            {
                host.Reclaim.Age(host.Memcg, -1, 200, force: false);
            }
        }
        host.Reclaim.Age(host.Memcg, -1, 200, force: true);
        host.Reclaim.Age(host.Memcg, -1, 200, force: true);
        host.CheckInvariants();
        return host;
    }
}
