using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A huge SPTE was split; its 512 children bring no events.</summary>
/// <remarks>Accepts: <c>gfn .. spte .. level .. errno ..</c>.</remarks>
[CatalogEntry("kvm_mmu_split_huge_page", "A huge SPTE was split; its 512 children bring no events")]
public sealed class KvmMmuSplitHugePage : ITracepoint
{
    private static readonly FieldSpec[] Specs = [new("gfn", FieldBase.Hex), new("spte", FieldBase.Hex), new("level"), new("errno")];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("gfn "u8) || !text.TryHex(out ulong gfn) || !text.Skip(" spte "u8) || !text.TryHex(out ulong spte)
            || !text.Skip(" level "u8) || !text.TryByte(out byte level) || !text.Skip(" errno "u8) || !text.TrySigned(out long errno))
        {
            return false;
        }
        Set(gfn, spte, level, errno, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        bool fits = fields.TryByte(2, out byte level);
        Set(fields.Number(0), fields.Number(1), level, (int)fields.Number(3), ref e);
        return fits && fields.Has(0) && fields.Has(1) && fields.Has(2);
    }

    private static void Set(ulong gfn, ulong spte, byte level, long errno, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.Split;
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
        e.OldSpte = spte;
        e.Level = level;
        e.N0 = errno;
    }
}
