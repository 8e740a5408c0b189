using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecondLook.Contracts.Tables;

/// <summary>
/// Collects one field of many events. Four at a time and apart from everything else, so that a loop keeps all it needs in registers: it runs for every
/// column of every event.
/// </summary>
internal static class PlaceGather
{
    /// <summary>Collects a field as it is.</summary>
    /// <param name="to">Receives the values; as long as <paramref name="places"/>.</param>
    /// <param name="field">The field of an event at place 0.</param>
    /// <param name="places">Distances to the events wanted, bytes, not negative; they must be inside of what <paramref name="field"/> belongs to.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Copy<T>(Span<T> to, ref byte field, ReadOnlySpan<int> places)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Length, places.Length);
        ref T into = ref MemoryMarshal.GetReference(to);
        ref int place = ref MemoryMarshal.GetReference(places);
        nint count = places.Length;
        nint i = 0;
        for (; i <= count - 4; i += 4)
        {
            Unsafe.Add(ref into, i) = At<T>(ref field, Unsafe.Add(ref place, i));
            Unsafe.Add(ref into, i + 1) = At<T>(ref field, Unsafe.Add(ref place, i + 1));
            Unsafe.Add(ref into, i + 2) = At<T>(ref field, Unsafe.Add(ref place, i + 2));
            Unsafe.Add(ref into, i + 3) = At<T>(ref field, Unsafe.Add(ref place, i + 3));
        }
        for (; i < count; i++)
        {
            Unsafe.Add(ref into, i) = At<T>(ref field, Unsafe.Add(ref place, i));
        }
    }

    /// <summary>Collects a field of 8 or 16 bits as 32-bit numbers; parameters are those of <see cref="Copy"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Widen<T>(Span<int> to, ref byte field, ReadOnlySpan<int> places)
        where T : unmanaged, IBinaryInteger<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Length, places.Length);
        ref int into = ref MemoryMarshal.GetReference(to);
        ref int place = ref MemoryMarshal.GetReference(places);
        nint count = places.Length;
        nint i = 0;
        for (; i <= count - 4; i += 4)
        {
            Unsafe.Add(ref into, i) = int.CreateTruncating(At<T>(ref field, Unsafe.Add(ref place, i)));
            Unsafe.Add(ref into, i + 1) = int.CreateTruncating(At<T>(ref field, Unsafe.Add(ref place, i + 1)));
            Unsafe.Add(ref into, i + 2) = int.CreateTruncating(At<T>(ref field, Unsafe.Add(ref place, i + 2)));
            Unsafe.Add(ref into, i + 3) = int.CreateTruncating(At<T>(ref field, Unsafe.Add(ref place, i + 3)));
        }
        for (; i < count; i++)
        {
            Unsafe.Add(ref into, i) = int.CreateTruncating(At<T>(ref field, Unsafe.Add(ref place, i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T At<T>(ref byte field, int place)
        where T : unmanaged => Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref field, (nint)(uint)place));
}
