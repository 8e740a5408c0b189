using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>khugepaged isolated the small pages of a range.</summary>
/// <remarks>Accepts: the pairs of 5.10 to 7.2.</remarks>
[CatalogEntry("mm_collapse_huge_page_isolate", "khugepaged isolated the small pages of a range")]
public sealed class MmCollapseHugePageIsolate : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("scan_pfn", FieldBase.Ignore), new("pfn", FieldBase.Ignore), new("none_or_zero", FieldBase.Ignore),
        new("referenced", FieldBase.Ignore), new("writable", FieldBase.Ignore), new("status", FieldBase.Word),
        new("order", FieldBase.Ignore),
    ];

    /// <summary>Creates the parser.</summary>
    public MmCollapseHugePageIsolate()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Thp;
        e.Op = TraceEventOp.CollapseIsolate;
        if (fields.HasText(5))
        {
            e.Text = context.Intern(fields.Text(5));
        }
        return true;
    }
}
