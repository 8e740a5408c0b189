using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>An hva range is about to be unmapped or changed.</summary>
/// <remarks>Accepts: the forms of trace-formats.md 1.1; of the two-line message of a tree outside mainline the first line, with its flags.</remarks>
[CatalogEntry("kvm_unmap_hva_range", "An hva range is about to be unmapped or changed")]
public sealed class KvmUnmapHvaRange : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("start", FieldBase.Hex), new("end", FieldBase.Hex)];

    private static readonly string[] Printed = [
        "mmu notifier unmap range: {start:p} -- {end:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("mmu notifier unmap range: "u8) || !RangeText.TryRead(ref text, TraceEventKind.Invalidate, ref e, context))
        {
            return false;
        }
        if (text.Skip(" flags "u8))
        {
            context.AddExtra("flags"u8, text.Word());
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0) || !fields.Has(1))
        {
            return false;
        }
        RangeText.Set(TraceEventKind.Invalidate, fields.Number(0), fields.Number(1), ref e, context);
        return true;
    }
}
