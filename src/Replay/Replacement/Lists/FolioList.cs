namespace SecondLook.Replay.Replacement.Lists;

/// <summary>Ends of one intrusive list over the links of a <see cref="FolioTable"/>; -1 is no folio. The tail is scanned first.</summary>
internal struct FolioList
{
    public int Head;
    public int Tail;
    public int Count;

    public static FolioList Empty => new() { Head = -1, Tail = -1 };

    public readonly bool IsEmpty => Tail < 0;

    public void AddHead(int[] next, int[] prev, int folio)
    {
        next[folio] = Head;
        prev[folio] = -1;
        if (Head < 0)
        {
            Tail = folio;
        }
        else
        {
            prev[Head] = folio;
        }
        Head = folio;
        Count++;
    }

    public void AddTail(int[] next, int[] prev, int folio)
    {
        prev[folio] = Tail;
        next[folio] = -1;
        if (Tail < 0)
        {
            Head = folio;
        }
        else
        {
            next[Tail] = folio;
        }
        Tail = folio;
        Count++;
    }

    public void Remove(int[] next, int[] prev, int folio)
    {
        int after = next[folio];
        int before = prev[folio];
        if (before < 0)
        {
            Head = after;
        }
        else
        {
            next[before] = after;
        }
        if (after < 0)
        {
            Tail = before;
        }
        else
        {
            prev[after] = before;
        }
        Count--;
    }
}
