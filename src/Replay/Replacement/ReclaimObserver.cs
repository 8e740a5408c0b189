namespace SecondLook.Replay.Replacement;

/// <summary>What happened to an isolated folio.</summary>
public enum FolioFate
{
    /// <summary>Put back; an accessed bit or a flag saved it.</summary>
    Kept,

    /// <summary>Put back as active.</summary>
    Activated,

    /// <summary>Unmapped, written later.</summary>
    Writing,

    /// <summary>Freed.</summary>
    Freed,
}

/// <summary>Told about every decision of the reclaim model; override what is of interest. Called with the model in a consistent state per folio.</summary>
public class ReclaimObserver
{
    /// <summary>A folio was isolated for eviction.</summary>
    /// <param name="folio">Folio id.</param>
    public virtual void Isolated(int folio)
    {
    }

    /// <summary>The fate of an isolated folio was decided.</summary>
    /// <param name="folio">Folio id.</param>
    /// <param name="fate">What was decided.</param>
    /// <param name="young">Where the last test found it young.</param>
    public virtual void Decided(int folio, FolioFate fate, YoungIn young)
    {
    }

    /// <summary>Every mapping of a page was removed by reclaim; pagemap says swapped from here on.</summary>
    /// <param name="page">Page id.</param>
    public virtual void Unmapped(int page)
    {
    }

    /// <summary>A folio was freed by reclaim and left a shadow.</summary>
    /// <param name="folio">Folio id.</param>
    public virtual void Freed(int folio)
    {
    }

    /// <summary>A page freed by reclaim came back.</summary>
    /// <param name="page">Page id.</param>
    /// <param name="recent">Its shadow counted.</param>
    /// <param name="restored">It regained its working-set state.</param>
    public virtual void Refaulted(int page, bool recent, bool restored)
    {
    }

    /// <summary>A walk or look-around saw a folio young.</summary>
    /// <param name="folio">Folio id.</param>
    /// <param name="by">Who looked.</param>
    /// <param name="moved">Its generation changed.</param>
    public virtual void SeenYoung(int folio, YoungCaller by, bool moved)
    {
    }

    /// <summary>A generation was created.</summary>
    /// <param name="memcg">Its memcg.</param>
    /// <param name="maxSeq">Sequence of the new youngest generation.</param>
    public virtual void GenerationCreated(Memcg memcg, long maxSeq)
    {
    }

    /// <summary>An eviction batch ended.</summary>
    /// <param name="memcg">Its memcg.</param>
    /// <param name="type">0 anon, 1 file.</param>
    /// <param name="scanned">Pages scanned.</param>
    /// <param name="isolated">Pages isolated.</param>
    /// <param name="freed">Pages freed.</param>
    public virtual void BatchDone(Memcg memcg, int type, long scanned, long isolated, long freed)
    {
    }

    /// <summary>kswapd starts or ends working; what happens between is its doing, not that of the thread whose allocation woke it.</summary>
    /// <param name="works">True when it starts.</param>
    public virtual void Kswapd(bool works)
    {
    }
}
