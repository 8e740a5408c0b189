using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task faulted in user mode.</summary>
/// <remarks>Accepts: <c>address=.. ip=.. error_code=..</c>; the address may be a symbol.</remarks>
[CatalogEntry("page_fault_user", "A task faulted in user mode")]
public sealed class PageFaultUser : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [new("address", FieldBase.Word), new("ip", FieldBase.Ignore), new("error_code")];

    /// <summary>Creates the parser.</summary>
    public PageFaultUser()
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
        e.Op = TraceEventOp.User;
        e.Space = AddressSpaceKind.Hva;
        e.ErrorCode = fields.Number(2);
        if (fields.Has(0))
        {
            e.Start = fields.Number(0);
        }
        return true;
    }
}
