using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// A small memslot (a device's ROM or window) is deleted and created again right before each aging pass, as in the thread of 2019: what the
/// deletion zaps beside its own pages, aging can no longer find young.
/// </summary>
public sealed class MemslotChurn : IWorkload
{
    private const int Pages = 1024;
    private const int WindowPages = 32;
    private const int HotPages = 224;
    private const int Rounds = 8;
    private const int AccessesPerRound = 900;
    private const int PagesWanted = 96;

    /// <inheritdoc/>
    public string Name => "memslot_churn";

    /// <inheritdoc/>
    public string Summary => "a small memslot deleted and created again before each aging pass; what is zapped with it decides what aging sees";

    /// <inheritdoc/>
    public IReadOnlyList<SlotPages> Slots { get; } =
        [new("", 1, 0x40000, Pages, 0x600000000000, 0), new("", 2, 0x48000, WindowPages, 0x600100000000, 0)];

    /// <inheritdoc/>
    public void Run(ModelledHost host, Xoshiro256 random)
    {
        for (int page = 0; page < Pages + WindowPages; page++)
        {
            host.Touch(page, write: true);
        }
        host.Age();
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < AccessesPerRound; i++)
            {
                host.Touch((int)random.NextBelow(HotPages), write: random.NextBelow(4) == 0);
            }
            host.DeleteSlot(1);
            host.AddSlot(1);
            host.Age();
            host.Idle(20_000_000);
            host.Reclaim(PagesWanted);
        }
    }
}
