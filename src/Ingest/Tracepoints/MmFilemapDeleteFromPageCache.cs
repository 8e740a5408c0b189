using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A folio was removed from the page cache.</summary>
/// <remarks>Accepts: <c>dev .. ino .. [page=..] pfn=.. ofs=.. [order=..]</c>.</remarks>
[CatalogEntry("mm_filemap_delete_from_page_cache", "A folio was removed from the page cache")]
public sealed class MmFilemapDeleteFromPageCache : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("page", FieldBase.Pointer), new("pfn", FieldBase.Unsigned), new("ofs", FieldBase.Ignore), new("order", FieldBase.Ignore),
        new("i_ino", FieldBase.Ignore), new("index", FieldBase.Ignore), new("s_dev", FieldBase.Ignore),
    ];

    /// <summary>Creates the parser.</summary>
    public MmFilemapDeleteFromPageCache()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(1))
        {
            return false;
        }
        e.Kind = TraceEventKind.PageCache;
        e.Op = TraceEventOp.Delete;
        e.Space = AddressSpaceKind.Pfn;
        e.Pfn = fields.Number(1);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        // dev %d:%d ino %lx stand before the pairs.
        int first = text.Rest.IndexOf((byte)'=');
        int blank = first < 0 ? -1 : text.Rest[..first].LastIndexOf((byte)' ');
        if (blank > 0)
        {
            text = new FieldCursor(text.Rest[(blank + 1)..]);
        }
        return base.TryParse(ref text, ref e, context);
    }
}
