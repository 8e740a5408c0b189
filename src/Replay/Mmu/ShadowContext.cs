using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>One hierarchy of shadow pages: what an L2 (or, without the TDP MMU, the guest itself) runs on.</summary>
/// <remarks>
/// Models: the shadow pages below one root and their role, <c>union kvm_mmu_page_role</c>, arch/x86/include/asm/kvm_host.h.
/// Omits: sharing of shadow pages between roots.
/// </remarks>
public sealed class ShadowContext
{
    internal ShadowContext(int id, int addressSpace, bool direct, bool adBits, PageTree tree)
    {
        Id = id;
        AddressSpace = addressSpace;
        Direct = direct;
        AdBits = adBits;
        Tree = tree;
    }

    /// <summary>Number of the context.</summary>
    public int Id { get; }

    /// <summary>KVM address space whose frames the leafs map.</summary>
    public int AddressSpace { get; }

    /// <summary>The pages shadow no guest table: paging by guest frame without the TDP MMU.</summary>
    public bool Direct { get; }

    /// <summary>Hardware A/D bits are in use: false without CPU support, and where an L1 switched them off for its L2.</summary>
    public bool AdBits { get; }

    /// <summary>The tables; indexed by L2 guest frame, guest virtual page, or guest frame when direct.</summary>
    internal PageTree Tree { get; set; }
}
