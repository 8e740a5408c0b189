using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A walk of guest page tables ended in a fault for the guest.</summary>
/// <remarks>Accepts: <c>pferr .. FLAGS</c>.</remarks>
[CatalogEntry("kvm_mmu_walker_error", "A walk of guest page tables ended in a fault for the guest")]
public sealed class KvmMmuWalkerError : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("pferr", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("pferr "u8) || !text.TryHex(out ulong code))
        {
            return false;
        }
        _ = text.TakeRest();
        e.Kind = TraceEventKind.GuestWalk;
        e.Op = TraceEventOp.Other;
        e.ErrorCode = code;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.GuestWalk;
        e.Op = TraceEventOp.Other;
        e.ErrorCode = fields.Number(0);
        return fields.Has(0);
    }
}
