using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>Bits of x86 SPTEs and what a change from one value to another means (trace-formats.md 1.3).</summary>
/// <remarks>
/// <code>
/// both: 63 = no #VE / NX | 51..12 = pfn | 11 = present to the MMU | 7 = huge
/// EPT:  58,57 = MMU, host writable | 56,54 = saved X,R | 53..52 = A/D kind | 9 = D | 8 = A | 2..0 = X W R
/// NPT:  10,9 = MMU, host writable | 6 = D | 5 = A | 2..0 = U W P
/// </code>
/// Models: spte.h and tdp_mmu.c, 6.1, 6.12, 7.2. The frozen value differs by kernel, so every value without bit 11 whose low twelve bits
/// are 5a0 or 1a0 counts as frozen.
/// </remarks>
internal static class SpteLayout
{
    private const ulong PresentBit = 1UL << 11;
    private const ulong HugeBit = 1UL << 7;
    private const ulong PfnMask = ((1UL << 52) - 1) & ~0xfffUL;
    private const ulong EptWritableBits = 3UL << 57;
    private const ulong NptWritableBits = 3UL << 9;
    private const ulong EptAdKind = 3UL << 52;
    private const ulong EptAdOff = 1UL << 52;
    private const ulong EptSavedRead = 1UL << 54;
    private const ulong Rwx = 7;

    /// <summary>Whether the MMU sees a mapping or a table in the value.</summary>
    public static bool IsPresent(ulong spte) => (spte & PresentBit) != 0;

    /// <summary>Whether the value marks an entry that is being removed.</summary>
    public static bool IsFrozen(ulong spte) => (spte & PresentBit) == 0 && (spte & 0xfff) is 0x5a0 or 0x1a0;

    /// <summary>Whether a present value maps memory.</summary>
    public static bool IsLeaf(ulong spte, int level) => level == 1 || (spte & HugeBit) != 0;

    /// <summary>Host frame of a present value.</summary>
    public static ulong PfnOf(ulong spte) => (spte & PfnMask) >> 12;

    /// <summary>Whether a present leaf carries the host-writable bits of EPT.</summary>
    public static bool HasEptBits(ulong spte) => (spte & EptWritableBits) != 0;

    /// <summary>Whether a present leaf carries the host-writable bits of NPT.</summary>
    public static bool HasNptBits(ulong spte) => (spte & NptWritableBits) != 0;

    /// <summary>Whether a present leaf says that the page was accessed since A was last cleared.</summary>
    public static bool IsYoung(ulong spte, SpteFormat format) => format == SpteFormat.Ept
        ? (spte & EptAdKind) == EptAdOff ? (spte & Rwx) != 0 : (spte & 1UL << 8) != 0
        : (spte & 1UL << 5) != 0;

    /// <summary>The value without the bits that hardware sets by itself.</summary>
    public static ulong WithoutAccessedDirty(ulong spte, SpteFormat format) =>
        format == SpteFormat.Ept ? spte & ~(3UL << 8) : spte & ~(3UL << 5);

    /// <summary>What a change means. <see cref="TraceEventOp.Replace"/> of a table by a leaf may still be a collapse: its children tell.</summary>
    public static TraceEventOp Classify(ulong before, ulong after, int level, SpteFormat format)
    {
        if (IsFrozen(after))
        {
            return TraceEventOp.Freeze;
        }
        bool was = IsPresent(before);
        bool becomes = IsPresent(after);
        if (!was || !becomes)
        {
            return becomes ? TraceEventOp.Map : was ? TraceEventOp.Zap : TraceEventOp.None;
        }
        if (IsLeaf(before, level) && !IsLeaf(after, level))
        {
            return TraceEventOp.Split;
        }
        return PfnOf(before) != PfnOf(after) ? TraceEventOp.Replace : ClassifyBits(before, after, format);
    }

    private static TraceEventOp ClassifyBits(ulong before, ulong after, SpteFormat format)
    {
        bool ept = format == SpteFormat.Ept;
        bool adOff = ept && (before & EptAdKind) == EptAdOff;
        if (adOff)
        {
            if ((before & Rwx) != 0 && (after & Rwx) == 0 && (after & EptSavedRead) != 0)
            {
                return TraceEventOp.YoungCleared;
            }
            if ((before & Rwx) == 0 && (after & Rwx) != 0)
            {
                return TraceEventOp.YoungSet;
            }
        }
        ulong accessed = ept ? 1UL << 8 : 1UL << 5;
        ulong dirty = ept ? 1UL << 9 : 1UL << 6;
        ulong cleared = before & ~after;
        if (!adOff && (cleared & accessed) != 0)
        {
            return TraceEventOp.YoungCleared;
        }
        if (!adOff && (cleared & dirty) != 0)
        {
            return TraceEventOp.DirtyCleared;
        }
        if ((cleared & 2) != 0)
        {
            return TraceEventOp.WriteProtected;
        }
        return !adOff && (after & ~before & accessed) != 0 ? TraceEventOp.YoungSet : TraceEventOp.Other;
    }
}
