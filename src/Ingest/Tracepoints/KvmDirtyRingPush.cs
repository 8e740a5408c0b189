using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A page was put on a dirty ring.</summary>
/// <remarks>Accepts: <c>ring %d: dirty .. reset .. slot .. offset .. (used ..)</c>.</remarks>
[CatalogEntry("kvm_dirty_ring_push", "A page was put on a dirty ring")]
public sealed class KvmDirtyRingPush : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("index"), new("dirty_index", FieldBase.Ignore), new("reset_index", FieldBase.Ignore), new("slot"),
        new("offset", FieldBase.Hex),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("ring "u8) || !text.TryVcpu(out short ring) || !text.Skip(": dirty "u8) || !text.TryHex(out _)
            || !text.Skip(" reset "u8) || !text.TryHex(out _) || !text.Skip(" slot "u8) || !text.TryDecimal(out ulong slot)
            || !text.Skip(" offset "u8) || !text.TryHex(out ulong offset))
        {
            return false;
        }
        _ = text.TakeRest();
        e.Vcpu = ring;
        Set(slot, offset, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        Set(fields.Number(3), fields.Number(4), ref e);
        return fields.Has(3) && fields.Has(4) && fields.TrySetVcpu(0, ref e);
    }

    // The slot field holds the address space in its upper half.
    private static void Set(ulong slot, ulong offset, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Dirty;
        e.Op = TraceEventOp.RingPush;
        e.AsId = (byte)(slot >> 16);
        e.Slot = (int)(slot & 0xffff);
        e.N0 = (long)offset;
    }
}
