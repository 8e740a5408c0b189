using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The guest accessed an address without memory behind it.</summary>
/// <remarks>Accepts: <c>mmio read|write|unsatisfied-read len .. gpa .. val ..</c>.</remarks>
[CatalogEntry("kvm_mmio", "The guest accessed an address without memory behind it")]
public sealed class KvmMmio : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("type"), new("len"), new("gpa", FieldBase.Hex), new("val", FieldBase.Ignore)];

    private static readonly string[] Printed = [
        "mmio {type:w} len {len:d} gpa {gpa:p} val {val:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("mmio "u8))
        {
            return false;
        }
        ReadOnlySpan<byte> type = text.Word();
        if (!text.Skip(" len "u8) || !text.TryDecimal(out _) || !text.Skip(" gpa "u8) || !text.TryHex(out ulong gpa)
            || !text.Skip(" val "u8) || !text.TryHex(out _))
        {
            return false;
        }
        Set(OpOf(type), gpa, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(2))
        {
            return false;
        }
        TraceEventOp ofNumber = fields.Number(0) == 2 ? TraceEventOp.Write : fields.Number(0) == 1 ? TraceEventOp.Read : TraceEventOp.UnsatisfiedRead;
        Set(fields.HasText(0) ? OpOf(fields.Text(0)) : ofNumber, fields.Number(2), ref e);
        return true;
    }

    private static TraceEventOp OpOf(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("write"u8) ? TraceEventOp.Write : type.SequenceEqual("read"u8) ? TraceEventOp.Read : TraceEventOp.UnsatisfiedRead;

    private static void Set(TraceEventOp op, ulong gpa, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Mmio;
        e.Op = op;
        e.Space = AddressSpaceKind.Gpa;
        e.Start = gpa;
        e.Gfn = gpa >> 12;
    }
}
