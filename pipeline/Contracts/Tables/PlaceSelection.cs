using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecondLook.Contracts.Tables;

/// <summary>Picks the places of the events that have a column: sixteen at once where the machine can, for a loop over bits has to guess where they end.</summary>
internal static class PlaceSelection
{
    /// <summary>Elements behind those selected that may be overwritten.</summary>
    public const int Slack = 16;

    private static readonly Vector512<int> Bits = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    /// <summary>Picks places.</summary>
    /// <param name="places">Places of events; a multiple of <see cref="Slack"/> of them can be read.</param>
    /// <param name="bits">Bit i of word w is set when the place 64 w + i is wanted; no bit behind <paramref name="count"/> is set.</param>
    /// <param name="count">Number of places to choose from.</param>
    /// <param name="to">Filled, with <see cref="Slack"/> elements to spare.</param>
    /// <returns>How many were picked.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Select(ReadOnlySpan<int> places, ReadOnlySpan<ulong> bits, int count, Span<int> to) =>
        Avx512F.IsSupported ? SelectWide(places, bits, count, to) : SelectOneByOne(places, bits, count, to);

    private static int SelectWide(ReadOnlySpan<int> places, ReadOnlySpan<ulong> bits, int count, Span<int> to)
    {
        ref int from = ref MemoryMarshal.GetReference(places);
        ref int into = ref MemoryMarshal.GetReference(to);
        int picked = 0;
        for (int at = 0; at < count; at += 16)
        {
            uint wanted = (uint)(bits[at >> 6] >> at) & 0xFFFF;
            Vector512<int> mask = Vector512.Equals(Vector512.Create((int)wanted) & Bits, Bits);
            Avx512F.Compress(Vector512<int>.Zero, mask, Vector512.LoadUnsafe(ref from, (nuint)at)).StoreUnsafe(ref into, (nuint)picked);
            picked += BitOperations.PopCount(wanted);
        }
        return picked;
    }

    /// <summary>What <see cref="Select"/> does on machines without wide vectors.</summary>
    internal static int SelectOneByOne(ReadOnlySpan<int> places, ReadOnlySpan<ulong> bits, int count, Span<int> to)
    {
        int picked = 0;
        for (int word = 0; word << 6 < count; word++)
        {
            ReadOnlySpan<int> of = places[(word << 6)..];
            for (ulong rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                to[picked++] = of[BitOperations.TrailingZeroCount(rest)];
            }
        }
        return picked;
    }
}
