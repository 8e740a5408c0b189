using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>Splits and merges of TDP leafs when dirty logging is switched.</summary>
/// <remarks>
/// Models: <c>kvm_tdp_mmu_try_split_huge_pages</c>, <c>kvm_tdp_mmu_wrprot_slot</c> and <c>kvm_tdp_mmu_recover_huge_pages</c>, 6.12 to 7.2.
/// Omits: splitting one part of a slot at a time, as manual protection does it; the merge of tables whose accessed bits differ (not seen in
/// captures) makes a young leaf.
/// </remarks>
internal static class DirtyLogging
{
    /// <summary>Brings the leafs of a slot into line with its dirty logging.</summary>
    public static void Apply(KvmVm vm, Memslot slot, bool on)
    {
        PageTree root = vm.Tdp!.RootOf(slot.AddressSpace);
        ulong end = slot.EndGfn.Value;
        for (ulong gfn = root.NextPopulated(slot.BaseGfn.Value, end); gfn < end;)
        {
            EntryRef at = root.Find(gfn);
            if (on && at.Level > 1)
            {
                root.Split(at);
                continue;
            }
            if (on)
            {
                ulong count = Math.Min(64 - (gfn & 63), end - gfn);
                root.Tables.Line(at.Table, at.Index)[EntryPlane.Writable] &= ~(EntryBits.Low((int)count) << (at.Index & 63));
                gfn = root.NextPopulated(gfn + count, end);
            }
            else
            {
                ulong left = at.Level == 1 ? 512 - (gfn & 511) : at.PagesLeft(gfn);
                if (at.Level == 1)
                {
                    Merge(vm, slot, root, gfn);
                }
                gfn = root.NextPopulated(gfn + left, end);
            }
        }
    }

    private static void Merge(KvmVm vm, Memslot slot, PageTree root, ulong gfn)
    {
        ulong first = gfn & ~511UL;
        if ((MapLevel.DisallowedBySlot(slot, new Gfn(gfn)) >> 2 & 1) != 0)
        {
            return;
        }
        ulong page = slot.HvaPage + (first - slot.BaseGfn.Value);
        if (vm.Primary.LevelOf(page) < 2)
        {
            return;
        }
        bool young = false;
        bool writable = true;
        for (ulong i = 0; i < 512; i += 64)
        {
            young |= EntryBits.ReadWord(root, first + i, EntryPlane.Young) != 0;
            writable &= EntryBits.ReadWord(root, first + i, EntryPlane.Writable) == ulong.MaxValue;
        }
        EntryRef parent = root.At(first, 2);
        root.DropChild(parent);
        int planes = (1 << EntryPlane.Leaf) | (1 << EntryPlane.SoftWrite) | (young ? 1 << EntryPlane.Young : 0)
            | (writable ? (1 << EntryPlane.Writable) | (1 << EntryPlane.Dirty) : 0);
        root.SetLeaf(parent, vm.Primary.FrameOf(page).Value, (byte)planes);
    }
}
