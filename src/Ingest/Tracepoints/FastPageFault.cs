using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A guest fault that KVM could fix, or found fixed, without taking the MMU lock.</summary>
/// <remarks>Accepts: <c>vcpu .. gva .. error_code FLAGS sptep .. old .. new .. spurious .. fixed ..</c>; the flags may be empty.</remarks>
[CatalogEntry("fast_page_fault", "A guest fault that KVM could fix, or found fixed, without taking the MMU lock")]
public sealed class FastPageFault : ITracepoint
{
    private const int Outcome = 11;
    private static readonly FieldSpec[] Specs = [
        new("vcpu_id"), new("cr2_or_gpa", FieldBase.Hex), new("error_code", FieldBase.Word), new("sptep", FieldBase.Pointer),
        new("old_spte", FieldBase.Hex), new("new_spte", FieldBase.Hex), new("fast_page_fault"), new("gva", FieldBase.Hex),
        new("retry"), new("spurious"), new("fixed"), new("ret"),
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!text.Skip("vcpu "u8) || !text.TryVcpu(out short vcpu) || !text.Skip(" gva "u8) || !text.TryHex(out ulong address)
            || !text.Skip(" error_code "u8))
        {
            return false;
        }
        ReadOnlySpan<byte> flags = text.Word();
        if (!text.Skip(" sptep "u8) || !context.SkipPointer(ref text) || !text.Skip(" old "u8) || !text.TryHex(out ulong before)
            || !text.Skip(" new "u8) || !text.TryHex(out ulong after) || !text.Skip(" spurious "u8) || !text.TryDecimal(out ulong spurious)
            || !text.Skip(" fixed "u8) || !text.TryDecimal(out ulong repaired))
        {
            return false;
        }
        e.Vcpu = vcpu;
        Set(address, before, after, spurious != 0, repaired != 0, ref e, context);
        e.Access = flags.IndexOf((byte)'W') >= 0 ? (byte)2 : flags.IndexOf((byte)'F') >= 0 ? (byte)4 : (byte)1;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        int at = fields.Has(1) ? 1 : 7;
        if (!fields.Has(at) || !fields.Has(4) || !fields.Has(5) || !fields.TrySetVcpu(0, ref e))
        {
            return false;
        }
        // Without the print format only the number of the outcome is there, and numbers differ by kernel; a fixed entry is a changed one.
        bool changed = fields.Has(Outcome) && !fields.Has(10) && fields.Number(4) != fields.Number(5);
        Set(fields.Number(at), fields.Number(4), fields.Number(5), fields.Number(9) != 0, changed || fields.Number(10) != 0, ref e, context);
        if (fields.Has(2))
        {
            // #PF bits: 1 write, 4 fetch.
            e.Access = (fields.Number(2) & 2) != 0 ? (byte)2 : (fields.Number(2) & 16) != 0 ? (byte)4 : (byte)1;
        }
        return true;
    }

    private static void Set(
        ulong address, ulong before, ulong after, bool spurious, bool repaired, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.GuestFault;
        e.Op = repaired ? TraceEventOp.FastFixed : spurious ? TraceEventOp.FastSpurious : TraceEventOp.FastOther;
        e.Space = context.ShadowPaging ? AddressSpaceKind.Gva : AddressSpaceKind.Gpa;
        e.Start = address;
        e.OldSpte = before;
        e.NewSpte = after;
        if (!context.ShadowPaging)
        {
            e.Gfn = address >> 12;
        }
    }
}
