using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>SIEVE: insertion at the newest end; a hand moves from the oldest end toward newer pages, clearing bits, and takes the first unvisited page.</summary>
[CatalogEntry("sieve", "reference: SIEVE, a hand that leaves survivors in place")]
public sealed class Sieve : IReferencePolicy
{
    private PageQueue _queue = new(new PageLinks(0));
    private bool[] _visited = [];
    private int _hand = PageLinks.None;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _queue = new PageQueue(new PageLinks(requests.Pages));
        _visited = new bool[requests.Pages];
        _hand = PageLinks.None;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _visited[page] = true;

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _visited[page] = false;
        _queue.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        int page = _hand >= 0 ? _hand : _queue.Oldest;
        while (_visited[page])
        {
            _visited[page] = false;
            page = _queue.NewerThan(page) >= 0 ? _queue.NewerThan(page) : _queue.Oldest;
        }
        _hand = _queue.NewerThan(page);
        _queue.Remove(page);
        return page;
    }
}
