using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Schedules;

/// <summary>The few bits of a recorded x86 SPTE that tell about accesses.</summary>
/// <remarks>
/// <code>
/// bit   63  62..52   51..12   11        10 9 8    7     6 5     2 1 0
///       NX  software  pfn     present        A    huge  D A     U W P    (A at 8 in EPT, at 5 in NPT and shadow)
/// </code>
/// Models: bit 11 is KVM's own present mark (5.12 and later); frozen and MMIO values lack it.
/// </remarks>
public static class RecordedSpte
{
    private const ulong PresentMask = 1UL << 11;
    private const ulong HugeMask = 1UL << 7;
    private const ulong NptAccessedMask = 1UL << 5;
    private const ulong EptAccessedMask = 1UL << 8;
    private const ulong PfnMask = (1UL << 52) - (1UL << 12);

    /// <summary>Whether the entry maps something.</summary>
    public static bool IsPresent(ulong spte) => (spte & PresentMask) != 0;

    /// <summary>Whether the entry maps memory rather than a table.</summary>
    public static bool IsLeaf(ulong spte, int level) => IsPresent(spte) && (level == 1 || (spte & HugeMask) != 0);

    /// <summary>Host frame number, pages.</summary>
    public static ulong PfnOf(ulong spte) => (spte & PfnMask) >> 12;

    /// <summary>The accessed bit of a format.</summary>
    public static ulong AccessedMask(SpteFormat format) => format == SpteFormat.Ept ? EptAccessedMask : NptAccessedMask;
}
