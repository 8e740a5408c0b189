using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Reclaim writes a folio out: to swap when anonymous.</summary>
/// <remarks>Accepts: the name and form of kernels up to 5.19.</remarks>
[CatalogEntry("mm_vmscan_writepage", "Reclaim writes a folio out: to swap when anonymous")]
public sealed class MmVmscanWritepage : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("page", FieldBase.Pointer), new("folio", FieldBase.Pointer), new("pfn", FieldBase.Unsigned), new("flags", FieldBase.Word),
        new("reclaim_flags", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmVmscanWritepage()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(2))
        {
            return false;
        }
        // RECLAIM_WB_ANON is bit 0 of the raw flags.
        bool anon = fields.HasText(3) ? fields.Text(3).IndexOf("RECLAIM_WB_ANON"u8) >= 0 : (fields.Number(fields.Has(4) ? 4 : 3) & 1) != 0;
        e.Kind = anon ? TraceEventKind.Swap : TraceEventKind.Writeback;
        e.Op = TraceEventOp.Write;
        e.Space = AddressSpaceKind.Pfn;
        e.Pfn = fields.Number(2);
        e.N0 = anon ? 1 : 0;
        return true;
    }
}
