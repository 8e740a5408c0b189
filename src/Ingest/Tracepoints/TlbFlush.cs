using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A CPU flushed its TLB.</summary>
/// <remarks>Accepts: <c>pages:.. reason:NAME (n)</c>; -1 pages = all.</remarks>
[CatalogEntry("tlb_flush", "A CPU flushed its TLB")]
public sealed class TlbFlush : ITracepoint
{
    // TLB_FLUSH_REASON, include/trace/events/tlb.h of 7.1, for records without their names; before 6.15 "mm" and "ipi" were in small letters.
    private static readonly string[] Reasons =
        ["flush on task switch", "remote shootdown", "local shootdown", "local MM shootdown", "remote IPI send", "remote wrong CPU"];

    private static readonly FieldSpec[] Specs = [new("reason", FieldBase.Word), new("pages")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("pages:"u8) || !text.TrySigned(out long pages) || !text.Skip(" reason:"u8))
        {
            return false;
        }
        int open = text.Rest.LastIndexOf(" ("u8);
        e.Kind = TraceEventKind.TlbFlush;
        e.N0 = pages;
        e.Cause = context.Intern(open < 0 ? text.Rest : text.Rest[..open]);
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.TlbFlush;
        // All pages: on hosts of 32 bits too.
        e.N0 = fields.Number(1) == uint.MaxValue ? -1 : fields.Signed(1);
        ReadOnlySpan<byte> reason = fields.Text(0);
        if (fields.Has(0) && fields.Number(0) < (ulong)Reasons.Length && (reason.IsEmpty || char.IsAsciiDigit((char)reason[0])))
        {
            e.Cause = context.Strings.Intern(Reasons[fields.Number(0)]);
        }
        else if (!reason.IsEmpty)
        {
            e.Cause = context.Intern(reason);
        }
        return fields.Has(1);
    }
}
