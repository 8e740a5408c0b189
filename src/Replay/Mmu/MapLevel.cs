using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>Level at which x86 maps a guest frame.</summary>
/// <remarks>
/// Models: <c>kvm_mmu_max_mapping_level</c> and the huge-page rules around it, arch/x86/kvm/mmu/mmu.c, 6.1 to 7.2.
/// Omits: private memory attributes.
/// </remarks>
public static class MapLevel
{
    /// <summary>The highest level that everything allows.</summary>
    /// <param name="hostLevel">Level of the leaf in the primary tables; contiguous small pages do not count.</param>
    /// <param name="maxLevel">3, or the guest's own mapping level when nested.</param>
    /// <param name="dirtyLog">The slot logs dirty pages.</param>
    /// <param name="execNx">An executable access while the NX-huge-page mitigation is on.</param>
    /// <param name="disallowed">Bit L set: level L is disallowed for the frame (slot edges, misalignment, write tracking).</param>
    public static int Choose(int hostLevel, int maxLevel, bool dirtyLog, bool execNx, int disallowed)
    {
        if (dirtyLog || execNx || maxLevel <= 1)
        {
            return 1;
        }
        int level = Math.Min(maxLevel, 3);
        while (level > 1 && (disallowed >> level & 1) != 0)
        {
            level--;
        }
        return Math.Min(level, Math.Max(1, hostLevel));
    }

    /// <summary>Levels that the shape of a slot disallows at a frame: blocks that reach over its edges, or that the host cannot align.</summary>
    /// <returns>Bit L set: level L is disallowed.</returns>
    public static int DisallowedBySlot(Memslot slot, Gfn gfn)
    {
        int disallowed = 0;
        for (int level = 2; level <= 3; level++)
        {
            ulong span = 1UL << (9 * (level - 1));
            ulong first = gfn.Value & ~(span - 1);
            bool inside = first >= slot.BaseGfn.Value && first + span <= slot.EndGfn.Value;
            bool aligned = ((slot.BaseGfn.Value ^ slot.HvaPage) & (span - 1)) == 0;
            disallowed |= inside && aligned ? 0 : 1 << level;
        }
        return disallowed;
    }
}
