using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A TDP MMU entry changed from one value to another.</summary>
/// <remarks>Accepts: one form from 5.15 to 7.2.</remarks>
[CatalogEntry("kvm_tdp_mmu_spte_changed", "A TDP MMU entry changed from one value to another")]
public sealed class KvmTdpMmuSpteChanged : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("gfn", FieldBase.Hex), new("old_spte", FieldBase.Hex), new("new_spte", FieldBase.Hex), new("level"), new("as_id")
    ];

    private static readonly string[] Printed = [
        "as id {as_id:d} gfn {gfn:x} level {level:d} old_spte {old_spte:x} new_spte {new_spte:x}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("as id "u8) || !text.TryByte(out byte space) || !text.Skip(" gfn "u8) || !text.TryHex(out ulong gfn)
            || !text.Skip(" level "u8) || !text.TryByte(out byte level) || !text.Skip(" old_spte "u8) || !text.TryHex(out ulong before)
            || !text.Skip(" new_spte "u8) || !text.TryHex(out ulong after))
        {
            return false;
        }
        Set(space, gfn, level, before, after, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0) || !fields.Has(1) || !fields.Has(2) || !fields.Has(3) || (fields.Number(3) | fields.Number(4)) > byte.MaxValue)
        {
            return false;
        }
        Set((byte)fields.Number(4), fields.Number(0), (byte)fields.Number(3), fields.Number(1), fields.Number(2), ref e);
        return true;
    }

    // What the change means (op) depends on the bit layout of the capture: Meaning/SpteLayout.
    private static void Set(byte space, ulong gfn, byte level, ulong before, ulong after, ref TraceEvent e) =>
        e.SetSpteChange(gfn, level, space, before, after);
}
