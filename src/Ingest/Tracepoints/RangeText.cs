using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The address range that ends the MMU notifier messages.</summary>
internal static class RangeText
{
    /// <summary>Reads <c>start -- end</c>, or the <c>start - end</c> of trees outside mainline.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref FieldCursor text, TraceEventKind kind, ref TraceEvent e, DecodeContext context)
    {
        if (!text.TryHex(out ulong start, out bool prefixed) || !(text.Skip(" -- "u8) || text.Skip(" - "u8)) || !text.TryHex(out ulong end))
        {
            return false;
        }
        if (!prefixed && start != 0)
        {
            context.Repair(RepairKind.UnprefixedHex);
        }
        Set(kind, start, end, ref e, context);
        return true;
    }

    /// <summary>Sets kind and columns of a host address range.</summary>
    public static void Set(TraceEventKind kind, ulong start, ulong end, ref TraceEvent e, DecodeContext context)
    {
        if (end <= start)
        {
            context.Repair(RepairKind.EmptyRange);
        }
        e.SetRange(kind, AddressSpaceKind.Hva, start, end);
    }
}
