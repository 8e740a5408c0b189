using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>All shadow pages are invalidated at once (a memslot went or moved).</summary>
/// <remarks>Accepts: <c>kvm-mmu-valid-gen .. used_pages ..</c>.</remarks>
[CatalogEntry("kvm_mmu_zap_all_fast", "All shadow pages are invalidated at once (a memslot went or moved)")]
public sealed class KvmMmuZapAllFast : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("mmu_valid_gen", FieldBase.Ignore), new("mmu_used_pages", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("kvm-mmu-valid-gen "u8) || !text.TryHex(out _) || !text.Skip(" used_pages "u8) || !text.TryHex(out ulong used))
        {
            return false;
        }
        e.Kind = TraceEventKind.ZapAll;
        e.N0 = (long)used;
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
