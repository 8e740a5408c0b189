using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The kernel faulted on behalf of a task.</summary>
/// <remarks>Accepts: <c>address=.. ip=.. error_code=..</c>; the address may be a symbol.</remarks>
[CatalogEntry("page_fault_kernel", "The kernel faulted on behalf of a task")]
public sealed class PageFaultKernel : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("address", FieldBase.Word), new("ip", FieldBase.Ignore), new("error_code")];

    /// <summary>Creates the parser.</summary>
    public PageFaultKernel()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(2))
        {
            return false;
        }
        e.Kind = TraceEventKind.HostFault;
        e.Op = TraceEventOp.Kernel;
        e.Space = AddressSpaceKind.Hva;
        e.ErrorCode = fields.Number(2);
        if (fields.Has(0))
        {
            e.Start = fields.Number(0);
        }
        return true;
    }
}
