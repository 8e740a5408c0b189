namespace SecondLook.Replay.Reference;

/// <summary>One list of pages with an oldest and a newest end.</summary>
/// <param name="links">Links, shared by lists whose pages move between them.</param>
public sealed class PageQueue(PageLinks links)
{
    private readonly int[] _older = links.Older;
    private readonly int[] _newer = links.Newer;

    /// <summary>Number of pages.</summary>
    public int Count { get; private set; }

    /// <summary>Oldest page, <see cref="PageLinks.None"/> when empty.</summary>
    public int Oldest { get; private set; } = PageLinks.None;

    /// <summary>Newest page, <see cref="PageLinks.None"/> when empty.</summary>
    public int Newest { get; private set; } = PageLinks.None;

    /// <summary>Neighbour toward the newest end.</summary>
    public int NewerThan(int page) => _newer[page];

    /// <summary>Neighbour toward the oldest end.</summary>
    public int OlderThan(int page) => _older[page];

    /// <summary>Adds a page at the newest end.</summary>
    public void Add(int page)
    {
        _older[page] = Newest;
        _newer[page] = PageLinks.None;
        if (Newest >= 0)
        {
            _newer[Newest] = page;
        }
        else
        {
            Oldest = page;
        }
        Newest = page;
        Count++;
    }

    /// <summary>Takes a page out.</summary>
    public void Remove(int page)
    {
        int older = _older[page];
        int newer = _newer[page];
        if (older >= 0)
        {
            _newer[older] = newer;
        }
        else
        {
            Oldest = newer;
        }
        if (newer >= 0)
        {
            _older[newer] = older;
        }
        else
        {
            Newest = older;
        }
        Count--;
    }

    /// <summary>Takes the oldest page out.</summary>
    public int RemoveOldest()
    {
        int page = Oldest;
        Remove(page);
        return page;
    }

    /// <summary>Moves a page to the newest end.</summary>
    public void Renew(int page)
    {
        if (page != Newest)
        {
            Remove(page);
            Add(page);
        }
    }
}
