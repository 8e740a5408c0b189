using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The swap-in that a guest fault waited for is done; the address is an hva.</summary>
/// <remarks>Accepts: <c>gva .. address ..</c>.</remarks>
[CatalogEntry("kvm_async_pf_completed", "The swap-in that a guest fault waited for is done; the address is an hva")]
public sealed class KvmAsyncPfCompleted : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("address", FieldBase.Hex), new("gva", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("gva "u8) || !text.TryHex(out _) || !text.Skip(" address "u8) || !text.TryHex(out ulong address))
        {
            return false;
        }
        e.Kind = TraceEventKind.AsyncPf;
        e.Op = TraceEventOp.Done;
        e.Space = AddressSpaceKind.Hva;
        e.Start = address;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.AsyncPf;
        e.Op = TraceEventOp.Done;
        e.Space = AddressSpaceKind.Hva;
        e.Start = fields.Number(0);
        return fields.Has(0);
    }
}
