namespace SecondLook.Replay.Reference;

/// <summary>One list of pages with an oldest and a newest end.</summary>
/// <param name="links">Links, shared by lists whose pages move between them.</param>
public sealed class PageQueue(PageLinks links)
{
    private readonly PageLinks.Pair[] _pairs = links.Pairs;

    /// <summary>Number of pages.</summary>
    public int Count { get; private set; }

    /// <summary>Oldest page, <see cref="PageLinks.None"/> when empty.</summary>
    public int Oldest { get; private set; } = PageLinks.None;

    /// <summary>Newest page, <see cref="PageLinks.None"/> when empty.</summary>
    public int Newest { get; private set; } = PageLinks.None;

    /// <summary>Neighbour toward the newest end.</summary>
    public int NewerThan(int page) => _pairs[page].Newer;

    /// <summary>Neighbour toward the oldest end.</summary>
    public int OlderThan(int page) => _pairs[page].Older;

    /// <summary>Adds a page at the newest end.</summary>
    public void Add(int page)
    {
        ref PageLinks.Pair pair = ref _pairs[page];
        pair.Older = Newest;
        pair.Newer = PageLinks.None;
        if (Newest >= 0)
        {
            _pairs[Newest].Newer = page;
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
        PageLinks.Pair pair = _pairs[page];
        if (pair.Older >= 0)
        {
            _pairs[pair.Older].Newer = pair.Newer;
        }
        else
        {
            Oldest = pair.Newer;
        }
        if (pair.Newer >= 0)
        {
            _pairs[pair.Newer].Older = pair.Older;
        }
        else
        {
            Newest = pair.Older;
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
