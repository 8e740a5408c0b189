using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A dirty ring was harvested.</summary>
/// <remarks>Accepts: <c>ring %d: dirty .. reset .. (used ..)</c>.</remarks>
[CatalogEntry("kvm_dirty_ring_reset", "A dirty ring was harvested")]
public sealed class KvmDirtyRingReset : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("index"), new("dirty_index", FieldBase.Ignore), new("reset_index", FieldBase.Ignore)
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("ring "u8) || !text.TryVcpu(out short ring) || !text.Skip(": dirty "u8))
        {
            return false;
        }
        _ = text.TakeRest();
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.RingReset;
        e.Vcpu = ring;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.RingReset;
        return fields.Has(0) && fields.TrySetVcpu(0, ref e);
    }
}
