using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task has stopped waiting for a lock.</summary>
/// <remarks>Accepts: <c>POINTER (ret=..)</c>; 0 is success.</remarks>
[CatalogEntry("contention_end", "A task has stopped waiting for a lock")]
public sealed class ContentionEnd : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("lock_addr", FieldBase.Pointer), new("flags"), new("ret")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        int open = text.Rest.IndexOf((byte)'(');
        if (open < 1 || text.Rest[^1] != ')')
        {
            return false;
        }
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.ContentionEnd;
        ReadOnlySpan<byte> value = text.Rest[(open + 1)..^1];
        if (!value.StartsWith("ret="u8))
        {
            return false;
        }
        FieldCursor number = new(value[4..]);
        if (!number.TrySigned(out long ret))
        {
            return false;
        }
        e.N1 = ret == 0 ? 1 : 0;
        context.Repair(RepairKind.PointerHashedOrRaw);
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.ContentionEnd;
        if (fields.Has(2))
        {
            e.N1 = fields.Signed(2) == 0 ? 1 : 0;
        }
        return true;
    }
}
