using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>khugepaged made a huge page, or did not.</summary>
/// <remarks>Accepts: the pairs of 5.10 to 7.2.</remarks>
[CatalogEntry("mm_collapse_huge_page", "khugepaged made a huge page, or did not")]
public sealed class MmCollapseHugePage : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Pointer), new("isolated", FieldBase.Ignore), new("status", FieldBase.Word),
        new("order", FieldBase.Ignore),
    ];

    /// <summary>Creates the parser.</summary>
    public MmCollapseHugePage()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Thp;
        e.Op = TraceEventOp.Collapse;
        if (fields.HasText(2))
        {
            e.Text = context.Intern(fields.Text(2));
        }
        return true;
    }
}
