using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>khugepaged swapped pages of a range in.</summary>
/// <remarks>Accepts: the pairs of 5.10 to 7.2.</remarks>
[CatalogEntry("mm_collapse_huge_page_swapin", "khugepaged swapped pages of a range in")]
public sealed class MmCollapseHugePageSwapin : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Pointer), new("swapped_in", FieldBase.Ignore), new("referenced", FieldBase.Ignore),
        new("ret", FieldBase.Ignore), new("order", FieldBase.Ignore),
    ];

    /// <summary>Creates the parser.</summary>
    public MmCollapseHugePageSwapin()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Thp;
        e.Op = TraceEventOp.CollapseSwapin;
        return true;
    }
}
