using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A vCPU left the guest because its dirty ring is full.</summary>
/// <remarks>Accepts: <c>vcpu %d</c>.</remarks>
[CatalogEntry("kvm_dirty_ring_exit", "A vCPU left the guest because its dirty ring is full")]
public sealed class KvmDirtyRingExit : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("vcpu_id")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("vcpu "u8) || !text.TryVcpu(out short vcpu))
        {
            return false;
        }
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.RingExit;
        e.Vcpu = vcpu;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.RingExit;
        return fields.Has(0) && fields.TrySetVcpu(0, ref e);
    }
}
