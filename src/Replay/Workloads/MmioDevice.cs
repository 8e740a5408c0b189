using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// A guest that works with a device: registers at frames without a memslot, between accesses of memory. A memslot of another device comes and
/// goes, which makes every MMIO entry stale.
/// </summary>
public sealed class MmioDevice : IWorkload
{
    private const int Pages = 768;
    private const int WindowPages = 16;
    private const int HotPages = 256;
    private const ulong RegistersGfn = 0x90000;
    private const int RegisterPages = 4;
    private const int Rounds = 6;
    private const int AccessesPerRound = 900;
    private const int PagesWanted = 64;

    /// <inheritdoc/>
    public string Name => "mmio_device";

    /// <inheritdoc/>
    public string Summary => "memory accesses with device registers between them; memslot changes make the MMIO entries stale";

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
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < AccessesPerRound; i++)
            {
                if (random.NextBelow(3) == 0)
                {
                    host.Mmio(RegistersGfn + random.NextBelow(RegisterPages), write: random.NextBelow(2) == 0);
                }
                host.Touch((int)random.NextBelow(HotPages), write: random.NextBelow(4) == 0);
            }
            if (round % 2 == 1)
            {
                host.DeleteSlot(1);
                host.AddSlot(1);
            }
            host.Age();
            host.Idle(20_000_000);
            host.Reclaim(PagesWanted);
        }
    }
}
