using SecondLook.Contracts.Runs;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>Shadow entries, packed into 32 bits, against the table of mglru-model.md 6.6 on plain numbers.</summary>
public class ShadowTwinTests
{
    private const int Rounds = 20_000;
    private const long Sequences = 1L << 28;

    public static TheoryData<string> Profiles => [.. ReclaimProfiles.All];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Judge_OfWhatPackStored_EqualsTheTable(string profile)
    {
        ReclaimSwitches switches = ReclaimProfiles.Create(profile);
        MglruPolicy policy = new ReclaimModel(switches, new FlatPageTables()).Mglru!;
        Xoshiro256 random = new(1, profile);
        int recent = 0;
        for (int i = 0; i < Rounds; i++)
        {
            bool referenced = random.NextBelow(2) == 0;
            bool workingset = random.NextBelow(2) == 0;
            int bits = (int)random.NextBelow(4);
            FolioFlags flags = FolioTable.WithRefsBits(
                (referenced ? FolioFlags.Referenced : FolioFlags.None) | (workingset ? FolioFlags.Workingset : FolioFlags.None), bits);
            // Some sequences lie where the token wraps.
            long evicted = (random.NextBelow(2) == 0 ? Sequences - 3 : 0) + (long)random.NextBelow(8);
            long max = evicted + (long)random.NextBelow(8);
            long min = Math.Max(evicted, max - 3) - (long)random.NextBelow(2);
            bool inFault = random.NextBelow(2) == 0;
            bool old = profile is "p61" or "p66" or "p612";

            int refsThen = old ? bits + (workingset ? 1 : 0) : referenced ? bits + 1 : 0;
            bool bit = old ? refsThen > 0 : workingset;
            int low = Math.Max(refsThen - 1, 0);
            int refs = old ? low + (bit ? 1 : 0) : low + 1;
            bool near = old ? evicted % Sequences == min % Sequences : Distance(max, evicted) < 4;
            int tier = !old && bit ? 3 : CeilLog2(old ? refs + 1 : refs);
            bool restore = near && (old ? inFault || refs >= 3 : bit);
            bool activate = old ? profile != "p61" : inFault && (bit || profile == "p614");

            MglruPolicy.RefaultVerdict verdict = policy.Judge(policy.Pack(flags, evicted), max, min, inFault);
            Assert.Equal((near, refs, tier, restore), (verdict.Recent, verdict.Refs, verdict.Tier, verdict.Restore));
            Assert.Equal(activate, verdict.Activate);
            recent += near ? 1 : 0;
        }
        Assert.InRange(recent, Rounds / 20, Rounds);
    }

    private static long Distance(long a, long b)
    {
        long apart = Math.Abs((a % Sequences) - (b % Sequences));
        return Math.Min(apart, Sequences - apart);
    }

    private static int CeilLog2(int value)
    {
        int log = 0;
        while (1 << log < value)
        {
            log++;
        }
        return log;
    }
}
