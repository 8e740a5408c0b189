using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>What a guest access does to a leaf entry that is there.</summary>
/// <remarks>
/// Models: the hardware walk and <c>fast_page_fault</c>, arch/x86/kvm/mmu/mmu.c.
/// Omits: translations cached in TLBs; <see cref="TlbModel"/> adds them.
/// </remarks>
internal static class SpteAccess
{
    /// <summary>Sets accessed and dirty bits or fixes the entry without a lock.</summary>
    /// <param name="line">Line of bit planes that holds the entry.</param>
    /// <param name="bit">The entry's bit.</param>
    /// <param name="write">The access is a store.</param>
    /// <param name="adBits">Hardware A/D bits are in use for this entry.</param>
    /// <param name="direct">The table is no shadow of a guest table: only then does the lockless fix work.</param>
    /// <returns>Hit, FastFix or Fault.</returns>
    public static TouchResult Touch(Span<ulong> line, ulong bit, bool write, bool adBits, bool direct)
    {
        bool tracked = !adBits && (line[EntryPlane.Young] & bit) == 0;
        bool denied = write && (line[EntryPlane.Writable] & bit) == 0;
        if (tracked || denied)
        {
            bool fixable = direct && (!denied || (line[EntryPlane.SoftWrite] & bit) != 0);
            if (!fixable)
            {
                return TouchResult.Fault;
            }
            line[EntryPlane.Young] |= bit;
            if (write)
            {
                line[EntryPlane.Writable] |= bit;
                line[EntryPlane.Dirty] |= bit;
            }
            else if (tracked)
            {
                // Tracking does not save write permission, so a load gives back read and execute alone.
                line[EntryPlane.Writable] &= ~bit;
            }
            return TouchResult.FastFix;
        }
        line[EntryPlane.Young] |= bit;
        if (write)
        {
            line[EntryPlane.Dirty] |= bit;
        }
        return TouchResult.Hit;
    }
}
