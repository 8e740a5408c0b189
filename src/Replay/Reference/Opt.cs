using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Belady's optimum: the page whose next use lies farthest in the future leaves; among pages never used again the least recently used.</summary>
/// <remarks>Source: Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 1966.</remarks>
[CatalogEntry("opt", "reference: Belady's optimum, sees the future")]
public sealed class Opt : IWholeListPolicy
{
    private FarthestUse _pages = new(new RequestStream(0, 0, default));

    /// <inheritdoc/>
    public bool LooksAhead => true;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed) => _pages = new FarthestUse(requests);

    /// <inheritdoc/>
    public void Hit(int page, int position) => _pages.Use(page, position);

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _pages.Add(page, position);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict() => _pages.RemoveFarthest();

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        // A request hits if its own position is a member: the page's last use has put it there, and no eviction has taken it. Positions that lie
        // behind stay members, below all that matter. Pages without a future are alike: their number is enough.
        ReadOnlySpan<int> next = list.Next;
        PositionSet future = new(next.Length);
        int room = capacity;
        int dead = 0;
        long misses = 0;
        for (int i = 0; i < next.Length; i++)
        {
            if (!future.Contains(i))
            {
                misses++;
                if (room > 0)
                {
                    room--;
                }
                else if (dead > 0)
                {
                    dead--;
                }
                else
                {
                    future.Remove(future.Highest());
                }
            }
            if (next[i] == int.MaxValue)
            {
                dead++;
            }
            else
            {
                future.Add(next[i]);
            }
        }
        return misses;
    }
}
