using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>Numbers of columns that are narrower than the field: what does not fit is no message of the kernel, and is never cut to fit.</summary>
internal static class NarrowNumbers
{
    /// <summary>Reads the number of a vCPU, at most 32767.</summary>
    public static bool TryVcpu(this ref FieldCursor text, out short vcpu)
    {
        bool fits = text.TryDecimal(out ulong number) & number <= (ulong)short.MaxValue;
        vcpu = fits ? (short)number : (short)0;
        return fits;
    }

    /// <summary>Reads the level of a page table or the id of an address space, at most 255.</summary>
    public static bool TryByte(this ref FieldCursor text, out byte value)
    {
        bool fits = text.TryDecimal(out ulong number) & number <= byte.MaxValue;
        value = fits ? (byte)number : (byte)0;
        return fits;
    }

    /// <summary>Takes the number of a vCPU from a record that may be without.</summary>
    /// <returns>False when it does not fit; then nothing changes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySetVcpu(this FieldValues fields, int slot, ref TraceEvent e)
    {
        if (!fields.Has(slot))
        {
            return true;
        }
        ulong number = fields.Number(slot);
        if (number > (ulong)short.MaxValue)
        {
            return false;
        }
        e.Vcpu = (short)number;
        return true;
    }

    /// <summary>Takes a level from a record, 0 when it is without.</summary>
    /// <returns>False when it does not fit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryByte(this FieldValues fields, int slot, out byte value)
    {
        ulong number = fields.Number(slot);
        value = (byte)number;
        return number <= byte.MaxValue;
    }
}
