using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The name of kvm_mmu_zap_all_fast before 5.4.</summary>
/// <remarks>Accepts: <c>[kvm-mmu-valid-]gen ..[ used_pages ..]</c>, the generation in hex.</remarks>
[CatalogEntry("kvm_mmu_invalidate_zap_all_pages", "The name of kvm_mmu_zap_all_fast before 5.4")]
public sealed class KvmMmuInvalidateZapAllPages : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("mmu_valid_gen", FieldBase.Ignore), new("mmu_used_pages", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!(text.Skip("kvm-mmu-valid-gen "u8) || text.Skip("gen "u8)) || !text.TryHex(out _))
        {
            return false;
        }
        e.Kind = TraceEventKind.ZapAll;
        if (text.Skip(" used_pages "u8))
        {
            if (!text.TryHex(out ulong used))
            {
                return false;
            }
            e.N0 = (long)used;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.ZapAll;
        if (fields.Has(1))
        {
            e.N0 = fields.Signed(1);
        }
        return true;
    }
}
