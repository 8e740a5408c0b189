using System.Text;
using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task waits for a lock.</summary>
/// <remarks>Accepts: <c>POINTER (flags=..)</c>; reading or writing is told where the flags tell it.</remarks>
[CatalogEntry("contention_begin", "A task waits for a lock")]
public sealed class ContentionBegin : ITracepoint
{
    // LCB_F_SPIN and so on from bit 0, include/trace/events/lock.h, 5.19 to 7.1.
    private static readonly string[] Names = ["SPIN", "READ", "WRITE", "RT", "PERCPU", "MUTEX"];

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
        ReadOnlySpan<byte> value = text.Rest[(open + 1)..^1];
        if (!value.StartsWith("flags="u8))
        {
            return false;
        }
        Set(value[6..], ref e, context);
        context.Repair(RepairKind.PointerHashedOrRaw);
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.ContentionBegin;
        if (!fields.Has(1))
        {
            return true;
        }
        string names = "";
        for (int bit = 0; bit < Names.Length; bit++)
        {
            names += (fields.Number(1) >> bit & 1) == 0 ? "" : names.Length == 0 ? Names[bit] : "|" + Names[bit];
        }
        Set(Encoding.ASCII.GetBytes(names), ref e, context);
        return true;
    }

    // The lock itself is a hashed pointer: its kind is all that is told.
    private static void Set(ReadOnlySpan<byte> flags, ref TraceEvent e, DecodeContext context)
    {
        if (flags.IsEmpty)
        {
            return;
        }
        e.Text = context.Intern(flags);
        if (flags.IndexOf("WRITE"u8) >= 0)
        {
            e.N0 = 1;
        }
        else if (flags.IndexOf("READ"u8) >= 0)
        {
            e.N0 = 0;
        }
    }
}
