using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Attributes (private or shared) of a guest frame range change.</summary>
/// <remarks>Accepts: <c>%#016llx -- %#016llx [0x%lx]</c>, frames.</remarks>
[CatalogEntry("kvm_vm_set_mem_attributes", "Attributes (private or shared) of a guest frame range change")]
public sealed class KvmVmSetMemAttributes : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("start", FieldBase.Hex), new("end", FieldBase.Hex), new("attr", FieldBase.Hex)];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.TryHex(out ulong start) || !text.Skip(" -- "u8) || !text.TryHex(out ulong end) || !text.Skip(" ["u8)
            || !text.TryHex(out ulong attributes) || !text.Skip("]"u8))
        {
            return false;
        }
        Set(start, end, attributes, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(0), fields.Number(1), fields.Number(2), ref e);
        return fields.Has(0) && fields.Has(1);
    }

    private static void Set(ulong start, ulong end, ulong attributes, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Memslot;
        e.Op = TraceEventOp.SetAttributes;
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = start;
        e.Npages = unchecked((long)(end - start));
        e.N1 = unchecked((long)attributes);
    }
}
