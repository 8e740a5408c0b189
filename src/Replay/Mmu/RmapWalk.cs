namespace SecondLook.Replay.Mmu;

/// <summary>What an age walk over reverse maps does.</summary>
/// <param name="Clear">Clears young bits; otherwise it is a test that stops at the first young entry.</param>
/// <param name="SingleEntryOnly">Skips heads with several entries (idea of the counter-proposal: walk those without a lock).</param>
/// <param name="KeepUntracked">Entries without A/D bits are reported young and left young (fast-only clear of v7).</param>
/// <remarks>
/// Models: variants of <c>kvm_rmap_age_gfn_range</c>, arch/x86/kvm/mmu/mmu.c, and of the series before it.
/// Omits: nothing.
/// </remarks>
public readonly record struct RmapWalk(bool Clear, bool SingleEntryOnly, bool KeepUntracked);
