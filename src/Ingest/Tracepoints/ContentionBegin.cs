using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task waits for a lock.</summary>
/// <remarks>Accepts: <c>POINTER (flags=..)</c> or <c>POINTER (ret=..)</c>.</remarks>
[CatalogEntry("contention_begin", "A task waits for a lock")]
public sealed class ContentionBegin : ITracepoint
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
        e.Op = TraceEventOp.ContentionBegin;
        e.Text = context.Intern(text.Rest[(open + 1)..^1]);
        context.Repair(RepairKind.PointerHashedOrRaw);
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.ContentionBegin;
        return true;
    }
}
