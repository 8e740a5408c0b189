using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A shadow page was found or made.</summary>
/// <remarks>Accepts: the page-role text of trace-formats.md 1.3, old and new, and that of the trace-cmd plug-in.</remarks>
[CatalogEntry("kvm_mmu_get_page", "A shadow page was found or made")]
public sealed class KvmMmuGetPage : ITracepoint
{
    // No tool can read the print format of these events, so as pairs their numbers are decimal.
    private static readonly FieldSpec[] Specs = [
        new("gfn"), new("role"), new("root_count", FieldBase.Ignore),
        new("unsync", FieldBase.Ignore), new("created"), new("mmu_valid_gen", FieldBase.Ignore),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.SpGet;
        return PageRole.TryParse(ref text, ref e);
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.SpGet;
        if (!fields.Has(0))
        {
            return false;
        }
        PageRole.Set(fields.Number(0), fields.Number(1), fields.Has(1), ref e);
        if (fields.Has(4))
        {
            e.Op = fields.Number(4) != 0 ? TraceEventOp.New : TraceEventOp.Existing;
        }
        return true;
    }
}
