using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>KVM installed an SPTE.</summary>
/// <remarks>Accepts: <c>gfn .. spte .. (rwxu) level .. at ..</c>; the access letters may lack u.</remarks>
[CatalogEntry("kvm_mmu_set_spte", "KVM installed an SPTE")]
public sealed class KvmMmuSetSpte : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("gfn", FieldBase.Hex), new("spte", FieldBase.Hex), new("sptep", FieldBase.Ignore), new("level"),
        new("r"), new("x"), new("u", FieldBase.Ignore),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("gfn "u8) || !text.TryHex(out ulong gfn) || !text.Skip(" spte "u8) || !text.TryHex(out ulong spte) || !text.Skip(" ("u8))
        {
            return false;
        }
        int close = text.Rest.IndexOf((byte)')');
        if (close < 0)
        {
            return false;
        }
        ReadOnlySpan<byte> letters = text.Rest[..close];
        _ = text.Skip(text.Rest[..(close + 1)]);
        if (!text.Skip(" level "u8) || !text.TryByte(out byte level) || !text.Skip(" at "u8) || !text.TryHex(out _))
        {
            return false;
        }
        Set(gfn, spte, level, ref e);
        e.Access = AccessLetters.Bits(letters);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        bool fits = fields.TryByte(3, out byte level);
        Set(fields.Number(0), fields.Number(1), level, ref e);
        if (fields.Has(4) && fields.Has(5))
        {
            // The letter w is printed from the entry itself: bit 1 on EPT, NPT and shadow pages alike.
            e.Access = (byte)((fields.Number(4) != 0 ? 1 : 0) | (int)(fields.Number(1) & 2) | (fields.Number(5) != 0 ? 4 : 0));
        }
        return fits && fields.Has(0) && fields.Has(1) && fields.Has(3);
    }

    private static void Set(ulong gfn, ulong spte, byte level, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.SpteSet;
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
        e.NewSpte = spte;
        e.Level = level;
    }
}
