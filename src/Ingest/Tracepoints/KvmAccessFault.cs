using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The guest touched an old page on an arm64 CPU without hardware access flag.</summary>
/// <remarks>Accepts: <c>IPA: %lx</c>.</remarks>
[CatalogEntry("kvm_access_fault", "The guest touched an old page on an arm64 CPU without hardware access flag")]
public sealed class KvmAccessFault : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("ipa", FieldBase.Hex)];

    private static readonly string[] Printed = [
        "IPA: {ipa:x}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("IPA: "u8) || !text.TryHex(out ulong ipa))
        {
            return false;
        }
        Set(ipa, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0))
        {
            return false;
        }
        Set(fields.Number(0), ref e);
        return true;
    }

    private static void Set(ulong ipa, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.GuestFault;
        e.Op = TraceEventOp.AccessFlag;
        e.Space = AddressSpaceKind.Gpa;
        e.Start = ipa;
        e.Gfn = ipa >> 12;
    }
}
