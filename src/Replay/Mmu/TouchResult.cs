namespace SecondLook.Replay.Mmu;

/// <summary>What became of one guest access.</summary>
/// <remarks>
/// Models: outcomes of a hardware walk and of KVM's page-fault handler.
/// Omits: emulation, which is reported and not carried out.
/// </remarks>
public enum TouchResult
{
    /// <summary>The entry was there; accessed (and dirty) bits are set as hardware sets them.</summary>
    Hit,

    /// <summary>A lockless fix of the entry: access-tracked entry restored, or write permission given back.</summary>
    FastFix,

    /// <summary>The entry was not there, or could not be fixed: a full fault is due (<see cref="KvmVm.Fault"/>).</summary>
    Fault,

    /// <summary>A full fault installed the entry.</summary>
    Mapped,

    /// <summary>An invalidation, an invalid slot or an obsolete root is in the way; the guest faults again.</summary>
    Retry,

    /// <summary>The host has no entry for the page, or none that allows the store: the caller maps it in the primary MMU and repeats.</summary>
    NotInPrimary,

    /// <summary>No memslot holds the frame: MMIO.</summary>
    Mmio,

    /// <summary>The store must be emulated: read-only slot or write-tracked page.</summary>
    Emulate,
}
