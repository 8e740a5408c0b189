using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>KVM is asked whether a page is young, without clearing.</summary>
/// <remarks>Accepts: one address; the range that one patch series prints.</remarks>
[CatalogEntry("kvm_test_age_hva", "KVM is asked whether a page is young, without clearing")]
public sealed class KvmTestAgeHva : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("hva", FieldBase.Hex)];

    private static readonly string[] Printed = [
        "mmu notifier test age hva: {hva:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("mmu notifier test age hva: "u8) || !text.TryHex(out ulong hva, out bool prefixed))
        {
            return false;
        }
        if (!prefixed && hva != 0)
        {
            context.Repair(RepairKind.UnprefixedHex);
        }
        e.Kind = TraceEventKind.Age;
        e.Op = TraceEventOp.Test;
        e.Space = AddressSpaceKind.Hva;
        e.Start = hva;
        if (text.Skip(" -- "u8))
        {
            if (!text.TryHex(out ulong end))
            {
                return false;
            }
            e.End = end;
            context.Repair(RepairKind.TestAgeRange);
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0))
        {
            return false;
        }
        e.Kind = TraceEventKind.Age;
        e.Op = TraceEventOp.Test;
        e.Space = AddressSpaceKind.Hva;
        e.Start = fields.Number(0);
        return true;
    }
}
