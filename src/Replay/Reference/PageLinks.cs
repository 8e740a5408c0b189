namespace SecondLook.Replay.Reference;

/// <summary>Links of doubly linked lists over dense page ids; a page is on at most one list of the same links at a time.</summary>
public sealed class PageLinks
{
    /// <summary>No page.</summary>
    public const int None = -1;

    /// <summary>Creates links of pages that are on no list.</summary>
    public PageLinks(int pages)
    {
        Older = new int[pages];
        Newer = new int[pages];
    }

    /// <summary>For each page the neighbour toward the oldest end.</summary>
    public int[] Older { get; }

    /// <summary>For each page the neighbour toward the newest end.</summary>
    public int[] Newer { get; }
}
