namespace SecondLook.Replay.Replacement;

/// <summary>Who reclaims.</summary>
public enum ReclaimCaller
{
    /// <summary>The background thread.</summary>
    Kswapd,

    /// <summary>An allocation or charge that hit its limit; debugfs counts here too.</summary>
    Direct,

    /// <summary>memory.reclaim.</summary>
    Proactive,
}

/// <summary>One reclaim request: what is wanted, what was reached, and the state it carries between passes.</summary>
/// <remarks>Models: struct scan_control. Omits: orders, zones of the request.</remarks>
public sealed class ScanControl
{
    /// <summary>Pages wanted.</summary>
    public long NrToReclaim { get; set; }

    /// <summary>Pages freed so far.</summary>
    public long NrReclaimed { get; set; }

    /// <summary>12 at first; lower is more urgent.</summary>
    public int Priority { get; set; } = 12;

    /// <summary>Who asks.</summary>
    public ReclaimCaller Caller { get; set; } = ReclaimCaller.Direct;

    /// <summary>Subtree to reclaim from; null for root reclaim.</summary>
    public Memcg? Target { get; set; }

    /// <summary>Swappiness of the request; -1 takes the memcg's.</summary>
    public int Swappiness { get; set; } = -1;

    /// <summary>Mapped pages may be unmapped.</summary>
    public bool MayUnmap { get; set; } = true;

    /// <summary>Anon pages may be swapped.</summary>
    public bool MaySwap { get; set; } = true;

    /// <summary>I/O may be started.</summary>
    public bool MayIo { get; set; } = true;

    /// <summary>A walk object exists: look-around promotes through it.</summary>
    public bool HasWalk { get; set; }

    /// <summary>Page tables may be read by this request when it ages.</summary>
    public bool ForceDeactivate { get; set; }

    /// <summary>Second try of a request that found only memcgs below memory.low.</summary>
    internal bool LowReclaim { get; set; }

    internal bool SkippedDeactivate { get; set; }

    internal int MayDeactivate { get; set; }

    internal bool CacheTrimMode { get; set; }

    internal bool FileIsTiny { get; set; }

    internal long AnonCost { get; set; }

    internal long FileCost { get; set; }

    internal bool MemcgsNeedAging { get; set; } = true;

    internal bool NeedSwapping { get; set; }

    /// <summary>Dirty file pages met in this pass.</summary>
    internal long DirtyFiles { get; set; }

    /// <summary>File pages taken in this pass.</summary>
    internal long FilesTaken { get; set; }
}
