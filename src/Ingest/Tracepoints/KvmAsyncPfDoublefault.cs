using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The older name of kvm_async_pf_repeated_fault.</summary>
/// <remarks>Accepts: <c>gva = .., gfn = ..</c>.</remarks>
[CatalogEntry("kvm_async_pf_doublefault", "The older name of kvm_async_pf_repeated_fault")]
public sealed class KvmAsyncPfDoublefault : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("gva", FieldBase.Hex), new("gfn", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("gva = "u8) || !text.TryHex(out ulong gva) || !text.Skip(", gfn = "u8) || !text.TryHex(out ulong gfn))
        {
            return false;
        }
        Set(gva, gfn, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(0), fields.Number(1), ref e);
        return fields.Has(0) && fields.Has(1);
    }

    private static void Set(ulong gva, ulong gfn, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.AsyncPf;
        e.Op = TraceEventOp.Start;
        e.Space = AddressSpaceKind.Gva;
        e.Start = gva;
        e.Gfn = gfn;
    }
}
