namespace SecondLook.Replay.Mmu;

/// <summary>How a hook protects itself against concurrent changes; the price of a call.</summary>
/// <remarks>
/// Models: the locks of KVM's aging and invalidation paths, virt/kvm/kvm_main.c and arch/x86/kvm/mmu/mmu.c.
/// Omits: SRCU, which every hook holds and which blocks nobody.
/// </remarks>
public enum LockClass
{
    /// <summary>No lock at all.</summary>
    None,

    /// <summary>RCU read section: no mmu_lock, nobody waits.</summary>
    Rcu,

    /// <summary>Bit lock of one reverse-map head.</summary>
    Rmap,

    /// <summary>mmu_lock held for read.</summary>
    Read,

    /// <summary>mmu_lock held for write: the whole VM waits.</summary>
    Write,
}
