namespace SecondLook.Ingest.Meaning;

/// <summary>What the aging calls of a trace answered, in pages of guest data (inference.md table 1), and how well SPTE values fit together.</summary>
public sealed class AnswerCounts
{
    /// <summary>kvm_age_hva calls, each counted once whatever its length.</summary>
    public long AgingCalls { get; internal set; }

    /// <summary>kvm_test_age_hva calls.</summary>
    public long TestCalls { get; internal set; }

    /// <summary>Aging calls outside every memslot that counts.</summary>
    public long NotGuestMemory { get; internal set; }

    /// <summary>Pages answered young for the first time since they were mapped.</summary>
    public long YoungFirstAfterMap { get; internal set; }

    /// <summary>Pages answered young again.</summary>
    public long YoungAgain { get; internal set; }

    /// <summary>Mapped pages answered old.</summary>
    public long Old { get; internal set; }

    /// <summary>Pages asked that KVM did not map.</summary>
    public long NotMapped { get; internal set; }

    /// <summary>Pages whose answer cannot be known.</summary>
    public long Unknown { get; internal set; }

    /// <summary>Leaf SPTE events that made a mapping.</summary>
    public long LeafMaps { get; internal set; }

    /// <summary>Leaf SPTE events that cleared A.</summary>
    public long LeafYoungCleared { get; internal set; }

    /// <summary>Leaf SPTE events that removed a mapping.</summary>
    public long LeafZaps { get; internal set; }

    /// <summary>Leaf events whose old value is the last one seen, apart from A and D set by hardware.</summary>
    public long OldFollows { get; internal set; }

    /// <summary>Leaf events whose old value is another one.</summary>
    public long OldDiffers { get; internal set; }

    /// <summary>young_cleared events without a call that explains them.</summary>
    public long OrphanClears { get; internal set; }
}
