using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The page-modification log of a vCPU is full.</summary>
/// <remarks>Accepts: <c>vcpu %d: PML full</c>.</remarks>
[CatalogEntry("kvm_pml_full", "The page-modification log of a vCPU is full")]
public sealed class KvmPmlFull : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("vcpu_id")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("vcpu "u8) || !text.TryVcpu(out short vcpu) || !text.Skip(": PML full"u8))
        {
            return false;
        }
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.PmlFull;
        e.Vcpu = vcpu;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.PmlFull;
        return fields.Has(0) && fields.TrySetVcpu(0, ref e);
    }
}
