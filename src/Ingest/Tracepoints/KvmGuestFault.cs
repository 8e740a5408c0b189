using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A guest access faulted in stage 2 on arm64 or arm.</summary>
/// <remarks>Accepts: with and without commas; syndrome as <c>hsr</c>.</remarks>
[CatalogEntry("kvm_guest_fault", "A guest access faulted in stage 2 on arm64 or arm")]
public sealed class KvmGuestFault : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("hsr", FieldBase.Hex), new("hxfar", FieldBase.Ignore), new("ipa", FieldBase.Hex),
        new("vcpu_pc", FieldBase.Ignore),
    ];

    private static readonly string[] Printed = [
        "ipa {ipa:p}, hsr {hsr:p}, hxfar {hxfar:p}, pc {vcpu_pc:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("ipa "u8) || !text.TryHex(out ulong ipa))
        {
            return false;
        }
        _ = text.Skip(","u8);
        if (!text.Skip(" hsr "u8) || !text.TryHex(out ulong hsr))
        {
            return false;
        }
        _ = text.Skip(","u8);
        if (text.Skip(" hxfar "u8))
        {
            if (!text.TryHex(out _))
            {
                return false;
            }
            _ = text.Skip(","u8);
        }
        if (text.Skip(" pc "u8) && !text.TryHex(out _))
        {
            return false;
        }
        Set(ipa, hsr, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0) || !fields.Has(2))
        {
            return false;
        }
        Set(fields.Number(2), fields.Number(0), ref e);
        return true;
    }

    // ESR_EL2:  31..26 exception class (0x20 fetch, 0x24 data) | 6 WnR | 5..0 fault status
    private static void Set(ulong ipa, ulong hsr, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.GuestFault;
        e.Space = AddressSpaceKind.Gpa;
        e.Start = ipa;
        e.Gfn = ipa >> 12;
        e.ErrorCode = hsr;
        e.Access = (hsr >> 26 & 0x3f) == 0x20 ? (byte)4 : (hsr & 0x40) != 0 ? (byte)2 : (byte)1;
        e.Op = (hsr & 0x3f) switch
        {
            < 4 => TraceEventOp.AddressSize,
            < 8 => TraceEventOp.Translation,
            < 12 => TraceEventOp.AccessFlag,
            < 16 => TraceEventOp.Permission,
            _ => TraceEventOp.External,
        };
    }
}
