using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Ordering;

/// <summary>Tells events of one capture that two tools both printed (trace-formats.md 3, 19).</summary>
internal static class Duplicates
{
    /// <summary>Largest difference of the two stamps: one tool rounds, the other cuts.</summary>
    public const long ToleranceNs = 1000;

    /// <summary>Whether two events of different streams are the same hit: task, CPU, event and every field agree.</summary>
    public static bool AreSame(ref TraceEvent a, ref TraceEvent b) =>
        (a.Stream != b.Stream || a.FileNo != b.FileNo)
        && a.Kind == b.Kind && a.Src == b.Src && a.Op == b.Op && a.Tid == b.Tid && a.Cpu == b.Cpu
        && a.Start == b.Start && a.End == b.End && a.Gfn == b.Gfn && a.Pfn == b.Pfn && a.Npages == b.Npages
        && a.Level == b.Level && a.AsId == b.AsId && a.Slot == b.Slot && a.Vcpu == b.Vcpu && a.Lru == b.Lru
        && a.ErrorCode == b.ErrorCode && a.OldSpte == b.OldSpte && a.NewSpte == b.NewSpte
        && a.N0 == b.N0 && a.N1 == b.N1 && a.N2 == b.N2 && a.N3 == b.N3 && a.N4 == b.N4 && a.N5 == b.N5 && a.N6 == b.N6 && a.N7 == b.N7
        && a.Text == b.Text && a.Cause == b.Cause
        && a.Kind != TraceEventKind.Gap;

    /// <summary>Whether the first of two same events is the one to keep: the finer stamp, else the one that came first.</summary>
    public static bool KeepFirst(ref TraceEvent a, ref TraceEvent b)
    {
        bool fineA = a.TsNs % 1000 != 0;
        bool fineB = b.TsNs % 1000 != 0;
        return fineA != fineB ? fineA : (a.FileNo, a.Line).CompareTo((b.FileNo, b.Line)) < 0;
    }
}
