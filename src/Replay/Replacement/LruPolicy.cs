using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>Result of the reference check of one isolated folio.</summary>
public enum RefCheck
{
    /// <summary>May be freed.</summary>
    Reclaim,

    /// <summary>May be freed if clean.</summary>
    ReclaimClean,

    /// <summary>Put back.</summary>
    Keep,

    /// <summary>Put back as active.</summary>
    Activate,
}

/// <summary>What generation lists and classic lists have in common: the entries by which faults, marks and reclaim reach them.</summary>
/// <remarks>Models: the branches on lru_gen_enabled() in mm/swap.c, mm/workingset.c and mm/vmscan.c. Omits: switching at run time.</remarks>
public abstract class LruPolicy
{
    private protected LruPolicy(ReclaimModel model)
    {
        Model = model;
        Folios = model.Folios;
    }

    private protected ReclaimModel Model { get; }

    private protected FolioTable Folios { get; }

    internal abstract void AddMemcg(Memcg memcg);

    /// <summary>Flags a folio gets at folio_add_lru time, before it waits in a batch.</summary>
    internal abstract void PrepareAdd(int folio, bool inFault);

    /// <summary>Puts a folio on its list by its flags.</summary>
    internal abstract void Insert(int folio, bool reclaiming);

    /// <summary>Takes a folio off its list.</summary>
    internal abstract void Delete(int folio, bool reclaiming);

    internal abstract void MarkAccessed(int folio);

    /// <summary>Accounts a page that comes back, before insertion.</summary>
    internal abstract (bool Recent, bool Restored) Refault(int folio, bool inFault);

    /// <summary>Packs what a freed folio leaves behind.</summary>
    internal abstract uint MakeShadow(int folio, ScanControl sc);

    internal abstract void Activate(int folio);

    internal abstract void Deactivate(int folio);

    /// <summary>Moves a folio whose write ended to where it is taken next.</summary>
    internal abstract void Rotate(int folio);

    internal abstract RefCheck CheckReferences(int folio, ScanControl sc, out YoungIn young);

    /// <summary>One pass over one lruvec.</summary>
    /// <returns>True if the memcg wants rotation.</returns>
    internal abstract bool ShrinkLruvec(Memcg memcg, ScanControl sc);

    /// <summary>Start of a pass over a subtree.</summary>
    internal virtual void PrepareScan(ScanControl sc)
    {
    }

    /// <summary>End of a reclaim request.</summary>
    internal virtual void FinishScan(ScanControl sc)
    {
    }

    internal virtual void FlushStats()
    {
    }

    /// <summary>The file lists are known to hold this much: statistics say so from here on.</summary>
    internal virtual void KnowFileSizes(Memcg memcg, long inactive, long active)
    {
    }

    internal abstract void CheckInvariants();

    /// <summary>Pages on evictable lists of a memcg by type.</summary>
    internal abstract long Evictable(Memcg memcg, int type);
}
