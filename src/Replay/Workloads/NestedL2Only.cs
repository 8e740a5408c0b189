using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// A VM that is itself a hypervisor: most of its memory is used by its L2 alone, so the TDP MMU never sees those pages used. Policies that ask
/// fast MMUs only find the L2's hot set cold until eviction.
/// </summary>
public sealed class NestedL2Only : IWorkload
{
    private const int L1Pages = 256;
    private const int L2Pages = 768;
    private const int HotPages = 160;
    private const int Rounds = 8;
    private const int AccessesPerRound = 900;
    private const int PagesWanted = 96;

    /// <inheritdoc/>
    public string Name => "nested_l2_only";

    /// <inheritdoc/>
    public string Summary => "an L2 whose memory only the shadow MMU sees used, beside a quiet L1; aging and reclaim in turn";

    /// <inheritdoc/>
    public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, L1Pages + L2Pages, 0x600000000000, 0)];

    /// <inheritdoc/>
    public void Run(ModelledHost host, Xoshiro256 random)
    {
        for (int page = 0; page < L1Pages; page++)
        {
            host.Touch(page, write: true);
        }
        for (int page = L1Pages; page < L1Pages + L2Pages; page++)
        {
            host.Touch(page, write: true, nested: true);
        }
        host.Age();
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < AccessesPerRound; i++)
            {
                // One access in eight is L1's own, over a quarter of its pages; the rest is the L2's hot set.
                bool nested = random.NextBelow(8) != 0;
                int page = nested ? L1Pages + (int)random.NextBelow(HotPages) : (int)random.NextBelow(L1Pages / 4);
                host.Touch(page, write: random.NextBelow(4) == 0, nested);
            }
            host.Age();
            host.Idle(20_000_000);
            host.Reclaim(PagesWanted);
        }
    }
}
