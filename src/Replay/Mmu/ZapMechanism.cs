namespace SecondLook.Replay.Mmu;

/// <summary>What a memslot deletion removes.</summary>
/// <remarks>
/// Models: the four mechanisms of section 1.10 of the KVM specification, arch/x86/kvm/mmu/mmu.c in different years.
/// Omits: nothing.
/// </remarks>
public enum ZapMechanism
{
    /// <summary>Every shadow page and root of the VM, under mmu_lock write to the end: before 3.11, and teardown.</summary>
    ZapAllSlow,

    /// <summary>All roots become obsolete at once; their entries go later: since 2013, and again since 5.3.</summary>
    ZapAllFast,

    /// <summary>Entries of the slot and shadow pages whose frame lies in it: 2019, reverted.</summary>
    SlotPages2019,

    /// <summary>Leafs and reverse maps of the slot, then shadow pages of guest tables in it: 6.12 on with the quirk off.</summary>
    SlotLeafs,
}
