namespace SecondLook.Replay.Reference;

/// <summary>Links of doubly linked lists over dense page ids; a page is on at most one list of the same links at a time.</summary>
/// <remarks>Both links of a page stand side by side: moving a page then costs one cache line for it and one for each neighbour.</remarks>
public sealed class PageLinks
{
    /// <summary>No page.</summary>
    public const int None = -1;

    /// <summary>Creates links of pages that are on no list.</summary>
    public PageLinks(int pages) => Pairs = new Pair[pages];

    internal Pair[] Pairs { get; }

    internal struct Pair
    {
        public int Older;
        public int Newer;
    }
}
