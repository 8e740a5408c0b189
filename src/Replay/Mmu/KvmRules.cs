namespace SecondLook.Replay.Mmu;

/// <summary>When the shadow MMU is asked at all.</summary>
public enum ShadowPredicate
{
    /// <summary>Once a shadow root was ever allocated (or without the TDP MMU): sticky, up to 6.14.</summary>
    HaveRmaps,

    /// <summary>While shadow pages of guest tables exist (or without the TDP MMU): since 6.15.</summary>
    MayHaveShadow,
}

/// <summary>Which extra hook a proposal offers for answers that cost little.</summary>
public enum FastHook
{
    /// <summary>None: every merged kernel.</summary>
    None,

    /// <summary>One hook with a bitmap; the fast path either works or the call bails out (series v2).</summary>
    BitmapOrBail,

    /// <summary>A bitmap on the existing hooks with a return flag that says whether it is reliable (series v3).</summary>
    BitmapFlagged,

    /// <summary>A hook of its own that fails as a whole (series v5).</summary>
    FailingHook,

    /// <summary>A fast-only flag on the existing hooks, skipped for subscribers without fast aging (v6, v7, counter-proposal).</summary>
    Flag,

    /// <summary>As the flag, but fast means that mmu_lock is free at that moment (rejected idea).</summary>
    TryLock,
}

/// <summary>What a fast-only call does in the shadow MMU.</summary>
public enum FastShadow
{
    /// <summary>Leaves it out.</summary>
    Skip,

    /// <summary>Walks reverse maps of a single entry without a lock, skips the others.</summary>
    SingleEntryHeads,

    /// <summary>Walks reverse maps under their bit locks.</summary>
    RmapLock,
}

/// <summary>When a VM says that it can age fast.</summary>
public enum FastCapability
{
    /// <summary>Never, or the question does not exist.</summary>
    Never,

    /// <summary>x86 with the TDP MMU on and hardware A/D bits.</summary>
    TdpWithAdBits,

    /// <summary>x86 with the TDP MMU on: a run-time property, as the module parameter decides.</summary>
    TdpMmuOn,

    /// <summary>Every x86 build, even with the TDP MMU off.</summary>
    AnyX86,

    /// <summary>mmu_lock is free at the time of the question.</summary>
    LockFree,
}

/// <summary>What happens when the compare-exchange that makes an entry old meets a concurrent change.</summary>
public enum AgeRace
{
    /// <summary>One attempt; a failure leaves the entry young and reports it young.</summary>
    ReportYoung,

    /// <summary>Repeats while the entry is still a leaf, else reports old.</summary>
    RetryWhileLeaf,
}

/// <summary>KVM's side of an aging policy: which locks, in which order, asking what.</summary>
/// <remarks>
/// Models: <c>kvm_age_gfn</c>, <c>kvm_test_age_gfn</c> and their callers, virt/kvm/kvm_main.c and arch/x86/kvm/mmu/mmu.c, arch/arm64/kvm/mmu.c, in the
/// versions and series that each preset names.
/// Omits: architectures other than x86 and arm64.
/// </remarks>
public sealed record KvmRules
{
    /// <summary>One mmu_lock write section around the whole call and both x86 MMUs (up to 6.14).</summary>
    public bool OneWriteSection { get; init; }

    /// <summary>Lock of a test in the shadow MMU.</summary>
    public LockClass ShadowTest { get; init; } = LockClass.Write;

    /// <summary>Lock of a clear in the shadow MMU.</summary>
    public LockClass ShadowClear { get; init; } = LockClass.Write;

    /// <summary>Lock of the arm64 age walk.</summary>
    public LockClass Stage2 { get; init; } = LockClass.Write;

    /// <summary>The shadow MMU is asked before the TDP MMU.</summary>
    public bool ShadowFirst { get; init; }

    /// <summary>When the shadow MMU is asked.</summary>
    public ShadowPredicate Predicate { get; init; } = ShadowPredicate.HaveRmaps;

    /// <summary>A test skips the second MMU when the first is young; harmless.</summary>
    public bool TestElide { get; init; }

    /// <summary>A clear skips the shadow MMU when the TDP MMU is young; wrong, kept to show why.</summary>
    public bool ClearElide { get; init; }

    /// <summary>x86 never flushes after aging (since 6.13).</summary>
    public bool FlushElideX86 { get; init; }

    /// <summary>The extra hook of a proposal.</summary>
    public FastHook Fast { get; init; }

    /// <summary>When a VM claims fast aging.</summary>
    public FastCapability Capability { get; init; }

    /// <summary>The shadow MMU in a fast-only call.</summary>
    public FastShadow FastShadow { get; init; }

    /// <summary>Lock of a fast answer on arm64; None: arm64 has no fast path.</summary>
    public LockClass Stage2Fast { get; init; }

    /// <summary>A fast-only clear reports shadow entries without A/D bits young and leaves them young (v7).</summary>
    public bool FastKeepsUntracked { get; init; }

    /// <summary>The accurate clear assigns the shadow answer over a young TDP answer (defect of v6 as posted).</summary>
    public bool ShadowOverwritesTdp { get; init; }

    /// <summary>The fast hook's loop over subscribers keeps the last answer only (defect of v5 as posted).</summary>
    public bool LastSubscriberWins { get; init; }

    /// <summary>Lost compare-exchange races.</summary>
    public AgeRace Race { get; init; }
}
