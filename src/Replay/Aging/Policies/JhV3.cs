using SecondLook.Contracts.Catalogs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Aging.Policies;

/// <summary>Series v3: bitmaps on the existing hooks, with a flag that says whether to trust them.</summary>
/// <remarks>
/// Models: mm/kvm: Improve parallelism for access bit harvesting, v3, 2024-04-01.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
[CatalogEntry("jh_v3", "Series v3: bitmaps on the existing hooks, with a flag that says whether to trust them")]
public sealed class JhV3 : IAgingPolicy
{
    /// <inheritdoc/>
    public AgingKnobs Knobs { get; } = new()
    {
        Walk = WalkQuery.Bitmap,
        Gate = WalkGate.SkipMm,
        PmdWalk = WalkQuery.Clear,
        NonleafPmd = NonleafRule.NoPruneIfNotifiers,
        Evict = EvictQuery.Clear,
        LookAroundGate = LookAroundGate.PrimaryOrFastAnswer,
        LookAround = WalkQuery.Bitmap,
        Kvm = new KvmRules
        {
            OneWriteSection = true,
            ShadowFirst = true,
            Fast = FastHook.BitmapFlagged,
            Capability = FastCapability.TdpWithAdBits,
            Stage2Fast = LockClass.Read,
        },
    };

    /// <inheritdoc/>
    public PolicyNotes Notes { get; } = new(
        "James Houghton, v3 of 2024-04-01.",
        "Walk and look-around: a bitmap call that is either answered fast or declared unreliable. Eviction: the "
            + "fast path, else all MMUs.",
        "RCU on x86 (TDP MMU with A/D bits, no shadow root ever), mmu_lock read on arm64; mmu_lock write "
            + "otherwise.",
        "With the new capability off a process with notifiers is not walked at all; a stale shadow root makes "
            + "every bitmap unreliable.");
}
