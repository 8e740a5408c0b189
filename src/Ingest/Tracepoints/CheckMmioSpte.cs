using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The generation of an MMIO SPTE was checked.</summary>
/// <remarks>Accepts: <c>spte .. kvm_gen .. spte-gen .. valid ..</c>.</remarks>
[CatalogEntry("check_mmio_spte", "The generation of an MMIO SPTE was checked")]
public sealed class CheckMmioSpte : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("kvm_gen", FieldBase.Ignore), new("spte_gen", FieldBase.Ignore), new("spte", FieldBase.Hex)
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("spte "u8) || !text.TryHex(out ulong spte) || !text.Skip(" kvm_gen "u8) || !text.TryHex(out _)
            || !text.Skip(" spte-gen "u8) || !text.TryHex(out _) || !text.Skip(" valid "u8) || !text.TryDecimal(out _))
        {
            return false;
        }
        e.Kind = TraceEventKind.MmioSpte;
        e.Op = TraceEventOp.Check;
        e.NewSpte = spte;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.MmioSpte;
        e.Op = TraceEventOp.Check;
        e.NewSpte = fields.Number(2);
        return fields.Has(2);
    }
}
