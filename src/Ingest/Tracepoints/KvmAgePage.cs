using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The young answer of one reverse-map walk; x86 up to 5.12.</summary>
/// <remarks>Accepts: <c>hva %llx gfn %llx level %u YOUNG|OLD</c>.</remarks>
[CatalogEntry("kvm_age_page", "The young answer of one reverse-map walk; x86 up to 5.12")]
public sealed class KvmAgePage : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("hva", FieldBase.Hex), new("gfn", FieldBase.Hex), new("level"), new("referenced")
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("hva "u8) || !text.TryHex(out ulong hva) || !text.Skip(" gfn "u8) || !text.TryHex(out ulong gfn)
            || !text.Skip(" level "u8) || !text.TryByte(out byte level))
        {
            return false;
        }
        bool young = text.Skip(" YOUNG"u8);
        if (!young && !text.Skip(" OLD"u8))
        {
            return false;
        }
        Set(hva, gfn, level, young, ref e);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(0) || !fields.Has(1) || !fields.TryByte(2, out byte level) || !fields.Has(3))
        {
            return false;
        }
        Set(fields.Number(0), fields.Number(1), level, fields.Number(3) != 0, ref e);
        return true;
    }

    private static void Set(ulong hva, ulong gfn, byte level, bool young, ref TraceEvent e)
    {
        e.Kind = TraceEventKind.AgeResult;
        e.Op = TraceEventOp.Clear;
        e.Space = AddressSpaceKind.Gfn;
        e.Start = hva;
        e.Gfn = gfn;
        e.Level = level;
        e.Young = young;
        e.YoungSrc = YoungSource.Printed;
    }
}
