using SecondLook.Contracts.Runs;
using SecondLook.Replay;
using SecondLook.Replay.Workloads;

namespace SecondLook.Pipeline.Tests.Validation.Causes;

/// <summary>
/// As many old pages wake up before each reclaim pass as others stay asleep beside them, and as many are wanted. An L2 in the guest uses one page,
/// which is what makes KVM ask its shadow MMU too.
/// </summary>
/// <remarks>
/// Only the last question before eviction can tell the woken pages from the sleeping ones. Series v6 as posted asks both MMUs there, clears
/// both, and returns the shadow MMU's answer for the two: the TDP MMU's is lost, and no bit is left that could be stale.
/// </remarks>
internal sealed class WokenPages : IWorkload
{
    private const int Hot = 128;
    private const int Pages = 64;
    private const int Rounds = 7;

    public string Name => "woken_pages";

    public string Summary => "half of the old pages wake up just before reclaim; an L2 makes the shadow MMU be asked";

    public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, 1536, 0x600000000000, 0)];

    public void Run(ModelledHost host, Xoshiro256 random)
    {
        UseHot(host, 0);
        host.Age();
        UseHot(host, 0);
        host.Age();
        for (int round = 0; round <= Rounds; round++)
        {
            if (round > 0)
            {
                UseHot(host, round);
                host.Reclaim(Pages);
            }
            UseHot(host, round);
            if (round < Rounds)
            {
                Use(host, WokenIn(round));
                Use(host, WokenIn(round) + Pages);
            }
            Age(host);
            UseHot(host, round);
            Age(host);
        }
        UseHot(host, Rounds);
        Age(host);
        host.Age();
    }

    // Who woke up in an earlier round stays awake; the pages of this round wake up with their second use.
    private static void UseHot(ModelledHost host, int awake)
    {
        host.Touch(0, write: true, nested: true);
        for (int page = 1; page <= Hot; page++)
        {
            host.Touch(page, write: false);
        }
        for (int round = 0; round < awake; round++)
        {
            Use(host, WokenIn(round));
        }
    }

    private static void Use(ModelledHost host, int first)
    {
        for (int page = 0; page < Pages; page++)
        {
            host.Touch(first + page, write: true);
        }
    }

    private static void Age(ModelledHost host)
    {
        host.Idle(2_000_000);
        host.Age();
    }

    private static int WokenIn(int round) => 1 + Hot + (2 * Pages * round);
}
