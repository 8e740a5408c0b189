using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The guest was told that a page is not present.</summary>
/// <remarks>Accepts: <c>token .. gva ..</c>.</remarks>
[CatalogEntry("kvm_async_pf_not_present", "The guest was told that a page is not present")]
public sealed class KvmAsyncPfNotPresent : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("token", FieldBase.Hex), new("gva", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("token "u8) || !text.TryHex(out _) || !text.Skip(" gva "u8) || !text.TryHex(out ulong gva))
        {
            return false;
        }
        e.Kind = TraceEventKind.AsyncPf;
        e.Op = TraceEventOp.NotPresent;
        e.Space = AddressSpaceKind.Gva;
        e.Start = gva;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.AsyncPf;
        e.Op = TraceEventOp.NotPresent;
        e.Space = AddressSpaceKind.Gva;
        e.Start = fields.Number(1);
        return fields.Has(1);
    }
}
