using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A primary PTE was replaced (COW break, KSM); kernels up to 6.9.</summary>
/// <remarks>Accepts: one address.</remarks>
[CatalogEntry("kvm_set_spte_hva", "A primary PTE was replaced (COW break, KSM); kernels up to 6.9")]
public sealed class KvmSetSpteHva : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("hva", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("mmu notifier set pte hva: "u8) || !text.TryHex(out ulong hva))
        {
            return false;
        }
        e.Kind = TraceEventKind.ChangePte;
        e.Space = AddressSpaceKind.Hva;
        e.Start = hva;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0))
        {
            return false;
        }
        e.Kind = TraceEventKind.ChangePte;
        e.Space = AddressSpaceKind.Hva;
        e.Start = fields.Number(0);
        return true;
    }
}
