using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A resident-set counter of a process changed.</summary>
/// <remarks>Accepts: <c>member=..</c> of 5.10, <c>type=..</c> since 6.1; the size ends in B.</remarks>
[CatalogEntry("rss_stat", "A resident-set counter of a process changed")]
public sealed class RssStat : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm_id", FieldBase.Unsigned), new("curr"), new("member"), new("type", FieldBase.Word), new("size", FieldBase.Word)
    ];

    // MM_FILEPAGES and so on, include/linux/mm_types_task.h: the numbers are the same from 5.10 to 7.1.
    private static readonly string[] Counters = ["MM_FILEPAGES", "MM_ANONPAGES", "MM_SWAPENTS", "MM_SHMEMPAGES"];

    /// <summary>Creates the parser.</summary>
    public RssStat()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0))
        {
            return false;
        }
        e.Kind = TraceEventKind.Rss;
        e.N0 = fields.Signed(0);
        e.N1 = fields.Signed(1);
        if (fields.HasText(3))
        {
            e.Text = context.Intern(fields.Text(3));
        }
        else if (fields.Has(2) && fields.Number(2) < (ulong)Counters.Length)
        {
            e.Text = context.Strings.Intern(Counters[fields.Number(2)]);
        }
        FieldCursor size = new(fields.Text(4));
        if (fields.Has(4))
        {
            e.N2 = fields.Signed(4);
        }
        else if (size.TrySigned(out long bytes))
        {
            e.N2 = bytes;
        }
        return true;
    }
}
