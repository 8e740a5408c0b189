using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The description of a shadow page that the <c>kvm_mmu_*_page</c> events share.</summary>
/// <remarks>Models: KVM_MMU_PAGE_PRINTK, arch/x86/kvm/mmu/mmutrace.h, 5.10 to 7.1; before 5.3 the level stands without the letter l.</remarks>
internal static class PageRole
{
    /// <summary>Reads the printed role.</summary>
    public static bool TryParse(ref FieldCursor text, ref TraceEvent e)
    {
        if (text.Skip("sp gfn "u8))
        {
            return TryPlugin(ref text, ref e, TraceEventOp.None);
        }
        if (text.Skip("new sp gfn "u8))
        {
            return TryPlugin(ref text, ref e, TraceEventOp.New);
        }
        if (text.Skip("existing sp gfn "u8))
        {
            return TryPlugin(ref text, ref e, TraceEventOp.Existing);
        }
        // The plug-in prints the role alone, decoded by an old layout: only its first number can be trusted.
        FieldCursor plugin = new(text.Rest);
        if (plugin.TryDecimal(out ulong first) && plugin.Skip(" q"u8))
        {
            e.Level = (byte)first;
            _ = text.TakeRest();
            return true;
        }
        if (!text.Skip("sp gen "u8) || !text.TryHex(out _) || !text.Skip(" gfn "u8) || !text.TryHex(out ulong gfn) || !text.Skip(" "u8))
        {
            return false;
        }
        _ = text.Skip("l"u8);
        if (!text.TryDecimal(out ulong level))
        {
            return false;
        }
        bool direct = false;
        while (!text.Rest.IsEmpty)
        {
            text.SkipBlanks();
            ReadOnlySpan<byte> word = text.Word();
            if (word.IsEmpty)
            {
                break;
            }
            direct |= word.SequenceEqual("direct"u8);
            if (word.SequenceEqual("new"u8))
            {
                e.Op = TraceEventOp.New;
            }
            else if (word.SequenceEqual("existing"u8))
            {
                e.Op = TraceEventOp.Existing;
            }
        }
        Columns(gfn, level, direct, ref e);
        return true;
    }

    /// <summary>Sets the columns of a raw role.</summary>
    /// <param name="gfn">First frame.</param>
    /// <param name="role">Role word: level in bits 3..0, direct is bit 8 since 5.9.</param>
    /// <param name="hasRole">Whether the record had a role.</param>
    /// <param name="e">The event.</param>
    public static void Set(ulong gfn, ulong role, bool hasRole, ref TraceEvent e)
    {
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
        if (hasRole)
        {
            Columns(gfn, role & 15, (role >> 7 & 1) != 0, ref e);
        }
    }

    private static void Columns(ulong gfn, ulong level, bool direct, ref TraceEvent e)
    {
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
        e.Level = (byte)level;
        e.N0 = direct ? 1 : 0;
    }

    private static bool TryPlugin(ref FieldCursor text, ref TraceEvent e, TraceEventOp op)
    {
        if (!text.TryHex(out ulong gfn))
        {
            return false;
        }
        e.Space = AddressSpaceKind.Gfn;
        e.Gfn = gfn;
        if (op != TraceEventOp.None)
        {
            e.Op = op;
        }
        if (text.Skip(" "u8) && text.TryDecimal(out ulong level))
        {
            e.Level = (byte)level;
        }
        _ = text.TakeRest();
        return true;
    }
}
