using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>khugepaged looked at one 2 MiB range.</summary>
/// <remarks>Accepts: the pairs of 5.10 to 7.2.</remarks>
[CatalogEntry("mm_khugepaged_scan_pmd", "khugepaged looked at one 2 MiB range")]
public sealed class MmKhugepagedScanPmd : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Pointer), new("scan_pfn", FieldBase.Ignore), new("pfn", FieldBase.Ignore),
        new("writable", FieldBase.Ignore), new("referenced", FieldBase.Ignore), new("none_or_zero", FieldBase.Ignore),
        new("status", FieldBase.Word), new("unmapped", FieldBase.Ignore),
    ];

    /// <summary>Creates the parser.</summary>
    public MmKhugepagedScanPmd()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Thp;
        e.Op = TraceEventOp.ScanPmd;
        if (fields.HasText(6))
        {
            e.Text = context.Intern(fields.Text(6));
        }
        return true;
    }
}
