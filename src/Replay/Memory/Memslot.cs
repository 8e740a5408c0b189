using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>A piece of guest memory: which guest frames of an address space are backed by which host addresses.</summary>
/// <remarks>
/// Models: <c>struct kvm_memory_slot</c>, include/linux/kvm_host.h.
/// Omits: private-memory attributes and the bitmap of dirty pages itself.
/// </remarks>
public sealed class Memslot
{
    /// <summary>Creates a slot.</summary>
    /// <param name="addressSpace">KVM address space: 0, or 1 for SMM.</param>
    /// <param name="id">Slot number within the address space.</param>
    /// <param name="baseGfn">First guest frame.</param>
    /// <param name="pages">Length, pages of 4 KiB; above 0.</param>
    /// <param name="hva">Host address of the first page, page aligned.</param>
    /// <param name="dirtyLog">Dirty logging is on.</param>
    /// <param name="readOnly">Stores exit to the VMM.</param>
    public Memslot(int addressSpace, int id, Gfn baseGfn, ulong pages, Hva hva, bool dirtyLog = false, bool readOnly = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pages);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hva.Value & (PageSize.Bytes - 1), 0UL);
        AddressSpace = addressSpace;
        Id = id;
        BaseGfn = baseGfn;
        Pages = pages;
        Hva = hva;
        DirtyLog = dirtyLog;
        ReadOnly = readOnly;
    }

    /// <summary>KVM address space: 0, or 1 for SMM.</summary>
    public int AddressSpace { get; }

    /// <summary>Slot number within the address space.</summary>
    public int Id { get; }

    /// <summary>First guest frame.</summary>
    public Gfn BaseGfn { get; }

    /// <summary>Length, pages of 4 KiB.</summary>
    public ulong Pages { get; }

    /// <summary>Host address of the first page.</summary>
    public Hva Hva { get; }

    /// <summary>Dirty logging is on: no huge leafs, stores are caught.</summary>
    public bool DirtyLog { get; set; }

    /// <summary>Stores exit to the VMM.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Being deleted or moved: faults retry without installing anything, notifications still reach the entries.</summary>
    public bool Invalid { get; set; }

    /// <summary>First guest frame after the slot.</summary>
    public Gfn EndGfn => new(BaseGfn.Value + Pages);

    /// <summary>First host page (address divided by 4096).</summary>
    public ulong HvaPage => Hva.Value >> PageSize.Shift;

    /// <summary>Host address of a guest frame of the slot.</summary>
    public Hva HvaOf(Gfn gfn) => new(Hva.Value + ((gfn.Value - BaseGfn.Value) << PageSize.Shift));
}
