using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A folio was activated on the classic lists.</summary>
/// <remarks>Accepts: <c>page=</c> or <c>folio=</c>; the frame in decimal (5.10) or hex.</remarks>
[CatalogEntry("mm_lru_activate", "A folio was activated on the classic lists")]
public sealed class MmLruActivate : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("page", FieldBase.Pointer), new("folio", FieldBase.Pointer), new("pfn", FieldBase.Unsigned)];

    /// <summary>Creates the parser.</summary>
    public MmLruActivate()
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
        e.Kind = TraceEventKind.LruActivate;
        e.Space = AddressSpaceKind.Pfn;
        e.Pfn = fields.Number(2);
        return true;
    }
}
