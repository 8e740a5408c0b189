using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>KVM asks for a mapping of a frame.</summary>
/// <remarks>Accepts: <c>gfn .. pfn .. level ..</c>; 7.2 adds <c>access ..</c>.</remarks>
[CatalogEntry("kvm_mmu_spte_requested", "KVM asks for a mapping of a frame")]
public sealed class KvmMmuSpteRequested : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("gfn", FieldBase.Hex), new("pfn", FieldBase.Hex), new("level"), new("access", FieldBase.Hex)
    ];

    private static readonly string[] Printed = [
        "gfn {gfn:x} pfn {pfn:x} level {level:d} access {access:x}",
        "gfn {gfn:x} pfn {pfn:x} level {level:d}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("gfn "u8) || !text.TryHex(out ulong gfn) || !text.Skip(" pfn "u8) || !text.TryHex(out ulong pfn)
            || !text.Skip(" level "u8) || !text.TryByte(out byte level))
        {
            return false;
        }
        if (text.Skip(" access "u8) && !text.TryHex(out _))
        {
            return false;
        }
        Set(gfn, pfn, level, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        bool fits = fields.TryByte(2, out byte level);
        Set(fields.Number(0), fields.Number(1), level, ref e);
        return fits && fields.Has(0) && fields.Has(1) && fields.Has(2);
    }

    private static void Set(ulong gfn, ulong pfn, byte level, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.MapRequest;
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
        e.Pfn = pfn;
        e.Level = level;
    }
}
