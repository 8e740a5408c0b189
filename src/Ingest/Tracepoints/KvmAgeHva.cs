using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>KVM is asked to clear the young bits of an hva range.</summary>
/// <remarks>Accepts: the forms of trace-formats.md 1.1, with one dash or two, any width of hex.</remarks>
[CatalogEntry("kvm_age_hva", "KVM is asked to clear the young bits of an hva range")]
public sealed class KvmAgeHva : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("start", FieldBase.Hex), new("end", FieldBase.Hex)];

    private static readonly string[] Printed = [
        "mmu notifier age hva: {start:p} -- {end:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("mmu notifier age hva: "u8) || !RangeText.TryRead(ref text, TraceEventKind.Age, ref e, context))
        {
            return false;
        }
        e.Op = TraceEventOp.Clear;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0) || !fields.Has(1))
        {
            return false;
        }
        RangeText.Set(TraceEventKind.Age, fields.Number(0), fields.Number(1), ref e, context);
        e.Op = TraceEventOp.Clear;
        return true;
    }
}
