using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A folio reached an LRU list.</summary>
/// <remarks>Accepts: <c>page=</c> or <c>folio=</c>; the frame in decimal (5.10) or hex.</remarks>
[CatalogEntry("mm_lru_insertion", "A folio reached an LRU list")]
public sealed class MmLruInsertion : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("page", FieldBase.Pointer), new("folio", FieldBase.Pointer), new("pfn", FieldBase.Unsigned), new("lru"), new("flags", FieldBase.Rest)
    ];

    /// <summary>Creates the parser.</summary>
    public MmLruInsertion()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(2) || !fields.Has(3))
        {
            return false;
        }
        e.Kind = TraceEventKind.LruInsert;
        e.Space = AddressSpaceKind.Pfn;
        e.Pfn = fields.Number(2);
        e.Lru = (byte)fields.Number(3);
        return true;
    }
}
