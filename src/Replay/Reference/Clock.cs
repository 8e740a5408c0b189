using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>CLOCK: a hit sets a bit; the hand clears set bits and takes the first page whose bit is clear.</summary>
/// <remarks>
/// A queue stands for the ring: a page that the hand spares goes to the newest end, and so does the page that replaces a victim. While every
/// victim is replaced at once the two give the same victims; the ring's frames fill in order, and a new page's bit is clear.
/// </remarks>
[CatalogEntry("clock", "reference: CLOCK with one reference bit")]
public sealed class Clock : IReferencePolicy
{
    private PageQueue _queue = new(new PageLinks(0));
    private bool[] _used = [];

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _queue = new PageQueue(new PageLinks(requests.Pages));
        _used = new bool[requests.Pages];
    }

    /// <inheritdoc/>
    public void Hit(int page, int position) => _used[page] = true;

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _used[page] = false;
        _queue.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        while (_used[_queue.Oldest])
        {
            _used[_queue.Oldest] = false;
            _queue.Renew(_queue.Oldest);
        }
        return _queue.RemoveOldest();
    }
}
