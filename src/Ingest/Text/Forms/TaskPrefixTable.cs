using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// Remembers the task columns of lines by their bytes: <c>comm-pid (tgid) [cpu] </c> is the same on thousands of lines, so it is compared, not
/// parsed. Three vectors that may overlap cover every length from 28 to 48 bytes.
/// </summary>
internal sealed class TaskPrefixTable
{
    private const int MinLength = 25;
    private const int MaxLength = 48;
    private const int Slots = 1 << 11;
    private readonly Slot[] _slots = new Slot[Slots];

    /// <summary>Finds the columns at the start of a line, reading them at first sight.</summary>
    /// <param name="line">First byte of the line; <see cref="LineBlock.Slack"/> bytes behind its end are readable.</param>
    /// <param name="lineLength">Bytes of the line.</param>
    /// <param name="length">Bytes of the columns with the blank behind them.</param>
    /// <returns>Null when the line does not begin like that.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TaskPrefix? Find(ref byte line, int lineLength, out int length)
    {
        ulong a = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref line, 8));
        ulong b = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref line, 16));
        // The last byte may be the first of the latency flags, which change from line to line.
        ulong c = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref line, 24)) & 0x00FFFFFFFFFFFFFF;
        ulong hash = ((a ^ ulong.RotateLeft(b, 23)) * 0x9E3779B97F4A7C15) ^ (c * 0xD6E8FEB86659FD93);
        ref Slot slot = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), (nint)(hash >> 53));
        length = slot.Length;
        Vector128<byte> differ = (slot.First ^ Vector128.LoadUnsafe(ref line))
            | (slot.Middle ^ Vector128.LoadUnsafe(ref line, (nuint)slot.MiddleAt))
            | (slot.Last ^ Vector128.LoadUnsafe(ref line, (nuint)slot.LastAt));
        return differ == Vector128<byte>.Zero && slot.Prefix is not null ? slot.Prefix : Load(ref slot, ref line, lineLength, out length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TaskPrefix? Load(ref Slot slot, ref byte line, int lineLength, out int length)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref line, lineLength);
        LineHeader header = default;
        length = 0;
        if (TaskLine.Read(text, ref header) == LineFit.None)
        {
            return null;
        }
        // The name may hold brackets; the column of the CPU is the first one behind the thread id.
        int close = text[17..].IndexOf((byte)']') + 17;
        length = close + 2;
        if (length is < MinLength or > MaxLength || close + 1 >= lineLength || text[close + 1] != ' ')
        {
            return null;
        }
        slot.Length = length;
        slot.LastAt = length - 16;
        slot.MiddleAt = Math.Min(16, slot.LastAt);
        slot.First = Vector128.LoadUnsafe(ref line);
        slot.Middle = Vector128.LoadUnsafe(ref line, (nuint)slot.MiddleAt);
        slot.Last = Vector128.LoadUnsafe(ref line, (nuint)slot.LastAt);
        slot.Prefix = new TaskPrefix(header.Comm.ToArray(), header.Tid, header.Tgid, header.Cpu);
        return slot.Prefix;
    }

    private struct Slot
    {
        public Vector128<byte> First;
        public Vector128<byte> Middle;
        public Vector128<byte> Last;
        public TaskPrefix? Prefix;
        public int Length;
        public int MiddleAt;
        public int LastAt;
    }
}
