using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging;

/// <summary>What an aging walk or look-around asks per page.</summary>
public enum WalkQuery
{
    /// <summary>The primary accessed bit alone.</summary>
    Primary,

    /// <summary>test_young of every secondary MMU, then clear_young of pages found young (v4).</summary>
    TestThenClear,

    /// <summary>clear_young of every secondary MMU, always (since 6.12-rc6).</summary>
    Clear,

    /// <summary>Fast-only test, then fast-only clear of pages found young (v5).</summary>
    FastTestThenClear,

    /// <summary>One fast-only clear (v6, v7, counter-proposal).</summary>
    FastClear,

    /// <summary>One call with a bitmap to test 64 pages, one to clear them (v2, v3).</summary>
    Bitmap,
}

/// <summary>When the secondary part of the walk runs.</summary>
public enum WalkGate
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>When bit 0x8 of lru_gen/enabled is on (proposals only).</summary>
    Cap8,

    /// <summary>As <see cref="Cap8"/>, and the architecture says that it can answer fast.</summary>
    Cap8AndArch,

    /// <summary>With bit 0x8 off, the whole process is skipped when it has notifiers (v3).</summary>
    SkipMm,
}

/// <summary>Whether a walk may skip tables whose own accessed bit is clear.</summary>
public enum NonleafRule
{
    /// <summary>Always: memory that only a guest uses is never seen.</summary>
    Prune,

    /// <summary>Not once the gate is on, for any process.</summary>
    NoPruneIfGate,

    /// <summary>Not for processes with notifiers.</summary>
    NoPruneIfNotifiers,
}

/// <summary>The accurate question at eviction.</summary>
public enum EvictQuery
{
    /// <summary>clear_flush_young of primary and secondary.</summary>
    ClearFlush,

    /// <summary>clear_young without a flush.</summary>
    Clear,

    /// <summary>The fast hook, and clear_young where it fails (v5).</summary>
    FastElseClear,
}

/// <summary>When a page found young at eviction makes its neighbours be asked.</summary>
public enum LookAroundGate
{
    /// <summary>The primary bit was set.</summary>
    Primary,

    /// <summary>Primary, or the secondary answer came from a fast path (LOCKLESS of v2, FAST of v3, WAS_FAST of the counter-proposal).</summary>
    PrimaryOrFastAnswer,

    /// <summary>Primary, and the process has no notifiers at all (v4).</summary>
    PrimaryWithoutNotifiers,

    /// <summary>Primary, or the fast hook succeeded and said young (v5).</summary>
    PrimaryOrFastHook,

    /// <summary>Primary, or young anywhere while some subscriber claims fast aging (v6, v7).</summary>
    PrimaryOrSecondaryIfFast,

    /// <summary>Young anywhere (mainline since 6.12-rc6).</summary>
    PrimaryOrSecondary,
}

/// <summary>An aging policy as a value for every knob.</summary>
/// <remarks>
/// Models: sections 3.1 and 3.2 of the KVM specification: the host side in mm/vmscan.c and mm/rmap.c, KVM's side in <see cref="KvmRules"/>.
/// Omits: generations and lists, which belong to the replacement model.
/// </remarks>
public sealed record AgingKnobs
{
    /// <summary>Question of the aging walk.</summary>
    public WalkQuery Walk { get; init; }

    /// <summary>When its secondary part runs.</summary>
    public WalkGate Gate { get; init; }

    /// <summary>Question of the walk at huge-PMD leafs: Primary, Clear or FastClear.</summary>
    public WalkQuery PmdWalk { get; init; }

    /// <summary>Skipping of tables.</summary>
    public NonleafRule NonleafPmd { get; init; }

    /// <summary>Question at eviction.</summary>
    public EvictQuery Evict { get; init; }

    /// <summary>When to look around.</summary>
    public LookAroundGate LookAroundGate { get; init; }

    /// <summary>Question of look-around.</summary>
    public WalkQuery LookAround { get; init; }

    /// <summary>KVM's side.</summary>
    public KvmRules Kvm { get; init; } = new();

    /// <summary>PTEs of one large folio are asked by one call (7.2).</summary>
    public bool RangeCalls { get; init; }

    /// <summary>The counter-proposal's sketch taken literally: a young page whose page-table lock is contended counts as old.</summary>
    public bool ContendedIsOld { get; init; }
}
