using SecondLook.Contracts.Runs;
using SecondLook.Replay;
using SecondLook.Replay.Workloads;

namespace SecondLook.Pipeline.Tests.Validation.Causes;

/// <summary>
/// The VMM fills buffers of the guest once before and once after a reclaim pass, within one aging interval, and never again. Pages right beside
/// them lie in the oldest generation and wake up just before the pass, so that they are kept and their neighbours asked.
/// </summary>
/// <remarks>
/// From 6.14 on a page without marks needs two sightings to be promoted. The aging pass sees both writes as one; look-around comes between
/// them, and its sighting makes two of them: the buffers are taken for a working set, as young as the warm pages, which go in their place.
/// KVM marks what the guest itself faults in, which counts as the first sighting, hence the VMM. All pages come in batches of 64, the kernel's
/// unit of isolation, so that a demand is never exceeded.
/// </remarks>
internal sealed class BuffersWrittenTwice : IWorkload
{
    private const int Hot = 128;
    private const int Warm = 128;
    private const int Rounds = 6;
    private const int Windows = 4;
    private const int Window = 64;
    private const int Buffers = Warm / Windows;
    private const int Woken = Window / Windows;

    public string Name => "buffers_written_twice";

    public string Summary => "buffers written on both sides of a reclaim pass, beside pages that wake up before it";

    public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, 2560, 0x600000000000, 0)];

    public void Run(ModelledHost host, Xoshiro256 random)
    {
        UseHot(host, 0);
        UseWarm(host);
        Wake(host, 0);
        host.Age();
        host.Age();
        for (int round = 0; round < Rounds; round++)
        {
            UseHot(host, round + 1);
            Wake(host, round + 1);
            Fill(host, round);
            if (round > 0)
            {
                host.Reclaim(Warm);
            }
            UseHot(host, round + 2);
            UseWarm(host);
            Fill(host, round);
            Age(host);
            UseHot(host, round + 1);
            Age(host);
        }
        UseHot(host, Rounds + 1);
        host.Reclaim(Warm);
        UseWarm(host);
        Age(host);
        UseHot(host, Rounds + 1);
        UseWarm(host);
        host.Age();
        host.Age();
        host.Age();
    }

    private static void Age(ModelledHost host)
    {
        host.Idle(2_000_000);
        host.Age();
    }

    // Who woke up stays awake.
    private static void UseHot(ModelledHost host, int awake)
    {
        for (int page = 0; page < Hot; page++)
        {
            host.Touch(page, write: false);
        }
        for (int round = 0; round < awake; round++)
        {
            Wake(host, round);
        }
    }

    private static void UseWarm(ModelledHost host)
    {
        for (int page = 0; page < Warm; page++)
        {
            host.Touch(Hot + page, write: false);
        }
    }

    private static void Fill(ModelledHost host, int round)
    {
        for (int i = 0; i < Warm; i++)
        {
            host.HostTouch(First(round, i % Windows) + (i / Windows), write: true);
        }
    }

    private static void Wake(ModelledHost host, int round)
    {
        for (int i = 0; i < Woken * Windows; i++)
        {
            host.HostTouch(First(round, i % Windows) + Buffers + (i / Windows), write: true);
        }
    }

    private static int First(int round, int window) => Hot + Warm + (((round * Windows) + window) * Window);
}
