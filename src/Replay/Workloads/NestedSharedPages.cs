using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// Pages that L1 and its L2 use together and then leave: the exchange of 2024-06-14 as a workload. A clear that skips the shadow MMU because the
/// TDP MMU was young leaves a stale bit behind, so each group looks used once more after nobody uses it.
/// </summary>
public sealed class NestedSharedPages : IWorkload
{
    private const int GroupPages = 96;
    private const int Groups = 8;
    private const int BasePages = 256;
    private const int TouchesPerPage = 3;
    private const int PagesWanted = 80;

    /// <inheritdoc/>
    public string Name => "nested_shared_pages";

    /// <inheritdoc/>
    public string Summary => "groups of pages used by L1 and L2 together, each left for good after its turn; wrong_elide keeps them too long";

    /// <inheritdoc/>
    public IReadOnlyList<SlotPages> Slots { get; } = [new("", 1, 0x40000, BasePages + (Groups * GroupPages), 0x600000000000, 0)];

    /// <inheritdoc/>
    public void Run(ModelledHost host, Xoshiro256 random)
    {
        for (int page = 0; page < BasePages; page++)
        {
            host.Touch(page, write: true);
        }
        for (int group = 0; group < Groups; group++)
        {
            int first = BasePages + (group * GroupPages);
            for (int i = 0; i < GroupPages * TouchesPerPage; i++)
            {
                int page = first + (i % GroupPages);
                host.Touch(page, write: i < GroupPages);
                host.Touch(page, write: false, nested: true);
            }
            host.Age();
            // L1's own pages come back now and then: what a pass keeps for a stale bit is taken from them.
            for (int i = 0; i < BasePages; i++)
            {
                host.Touch((int)random.NextBelow(BasePages), write: false);
            }
            host.Age();
            host.Idle(20_000_000);
            host.Reclaim(PagesWanted);
        }
    }
}
