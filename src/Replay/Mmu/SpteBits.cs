using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>SPTE words as x86 kernels print them: nested paging of AMD, or EPT for entries without accessed bits.</summary>
/// <remarks>
/// <code>
/// A/D bits (AMD)   0 P  1 W  2 U  5 A  6 D  7 large  9 host-writable  10 mmu-writable  11 present for KVM  12.. frame
/// no A/D bits(EPT) 0 R  1 W  2 X  3-5 type  6 PAT    7 large  11 present for KVM  12.. frame  52-54 saved R,X  57, 58 writable  60 no A/D
/// </code>
/// Models: arch/x86/kvm/mmu/spte.h; the AMD form is the one of genuine captures.
/// Omits: encryption and NX bits.
/// </remarks>
public static class SpteBits
{
    /// <summary>Accessed bit of the AMD form.</summary>
    public const ulong Accessed = 0x20;

    /// <summary>Dirty bit of the AMD form.</summary>
    public const ulong Dirty = 0x40;

    /// <summary>An empty entry since 6.4; older kernels have 0.</summary>
    public const ulong Empty = 1UL << 63;

    private const ulong Present = 0x800;
    private const ulong Large = 0x80;
    private const ulong SavedReadExecute = 5UL << 52;

    /// <summary>The word of an entry.</summary>
    /// <param name="tables">Storage.</param>
    /// <param name="at">The entry.</param>
    /// <param name="adBits">Form with accessed and dirty bits.</param>
    public static ulong Encode(EntryTables tables, EntryRef at, bool adBits)
    {
        ulong value = tables.Value(at.Table, at.Index);
        if ((value & EntryTables.ChildTag) != 0)
        {
            // Frames of tables are not modelled; the number keeps words apart.
            return ((value & ~EntryTables.ChildTag) << 12) | Present | 7 | Accessed;
        }
        if (!tables.Has(at.Table, at.Index, EntryPlane.Leaf))
        {
            return Empty;
        }
        bool young = tables.Has(at.Table, at.Index, EntryPlane.Young);
        bool writable = tables.Has(at.Table, at.Index, EntryPlane.Writable);
        bool soft = tables.Has(at.Table, at.Index, EntryPlane.SoftWrite);
        ulong word = (value << 12) | Present | (at.Level > 1 ? Large : 0);
        if (adBits)
        {
            return word | 5 | (writable ? 2UL : 0) | (young ? Accessed : 0)
                | (tables.Has(at.Table, at.Index, EntryPlane.Dirty) ? Dirty : 0) | (soft ? 0x600UL : 0);
        }
        return word | (6UL << 3) | 0x40 | (1UL << 60) | (soft ? 3UL << 57 : 0)
            | (young ? 5 | (writable ? 2UL : 0) : SavedReadExecute);
    }

    /// <summary>What an old entry was before aging made it old.</summary>
    public static ulong AsYoung(ulong word, bool adBits) => adBits ? word | Accessed : (word & ~SavedReadExecute) | 5;
}
