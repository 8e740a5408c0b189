using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A fault on an MMIO SPTE.</summary>
/// <remarks>Accepts: <c>addr:.. gfn .. access ..</c>.</remarks>
[CatalogEntry("handle_mmio_page_fault", "A fault on an MMIO SPTE")]
public sealed class HandleMmioPageFault : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("addr", FieldBase.Hex), new("gfn", FieldBase.Hex), new("access", FieldBase.Ignore)
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("addr:"u8) || !text.TryHex(out _) || !text.Skip(" gfn "u8) || !text.TryHex(out ulong gfn) || !text.Skip(" access "u8) || !text.TryHex(out _))
        {
            return false;
        }
        Set(gfn, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(1), ref e);
        return fields.Has(1);
    }

    private static void Set(ulong gfn, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Mmio;
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
    }
}
