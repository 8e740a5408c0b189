using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>Dictionary indices of values whose range fits a byte: their differences to the least one are indices already, unless some do not occur.</summary>
internal static class ByteIndices
{
    // So many values show most of what occurs; what is still missing then is searched for, unless it is too much.
    private const int FirstPiece = 4096;
    private const int MostSearches = 24;

    /// <summary>Puts the indices of all values into the scratch.</summary>
    /// <param name="values">The values, each <c>min + (d &lt;&lt; shift)</c> with d below <paramref name="span"/>.</param>
    /// <param name="min">The least.</param>
    /// <param name="shift">Trailing zeros that all differences share.</param>
    /// <param name="span">One more than the greatest d, at most 256.</param>
    /// <param name="inOrder">
    /// Whether entries stand in the order in which they come, none that does not; otherwise they ascend, and those that do not occur stay where that makes no index longer.
    /// </param>
    /// <param name="indices">Receives the indices.</param>
    /// <param name="entries">Receives d of every entry.</param>
    /// <returns>How many entries there are.</returns>
    public static int Build<T>(ReadOnlySpan<T> values, T min, int shift, int span, bool inOrder, IndexScratch indices, Span<byte> entries)
        where T : unmanaged, IBinaryInteger<T>
    {
        indices.Begin(values.Length, span);
        Span<byte> bytes = indices.Bytes;
        Narrowing.ToBytes(values, min, shift, bytes);
        Span<byte> present = stackalloc byte[256];
        present.Clear();
        Find(bytes, present[..span]);
        int count = 0;
        for (int d = 0; d < span; d++)
        {
            if (present[d] != 0)
            {
                entries[count++] = (byte)d;
            }
        }
        if (inOrder)
        {
            Span<int> firsts = stackalloc int[256];
            for (int i = 0; i < count; i++)
            {
                firsts[i] = bytes.IndexOf(entries[i]);
            }
            firsts[..count].Sort(entries[..count]);
        }
        else if (IndexScratch.WidthFor(count) == IndexScratch.WidthFor(span))
        {
            for (int d = 0; d < span; d++)
            {
                entries[d] = (byte)d;
            }
            return span;
        }
        Span<byte> map = stackalloc byte[256];
        map.Clear();
        for (int i = 0; i < count; i++)
        {
            map[entries[i]] = (byte)i;
        }
        Map(bytes, map, span);
        indices.Begin(values.Length, count);
        return count;
    }

    private static void Find(ReadOnlySpan<byte> bytes, Span<byte> present)
    {
        ReadOnlySpan<byte> rest = bytes[Math.Min(FirstPiece, bytes.Length)..];
        Mark(bytes[..^rest.Length], present);
        int missing = present.Count((byte)0);
        if (missing > MostSearches)
        {
            Mark(rest, present);
        }
        for (int d = present.IndexOf((byte)0); d >= 0 && d < present.Length && missing is > 0 and <= MostSearches; d++)
        {
            if (present[d] == 0 && rest.Contains((byte)d))
            {
                present[d] = 1;
            }
        }
    }

    private static void Mark(ReadOnlySpan<byte> bytes, Span<byte> present)
    {
        foreach (byte value in bytes)
        {
            present[value] = 1;
        }
    }

    /// <summary>Replaces each byte by what the map has for it, through registers where all of the map fits one.</summary>
    internal static void Map(Span<byte> bytes, ReadOnlySpan<byte> map, int span)
    {
        int i = 0;
        if (Avx512Vbmi.IsSupported && span <= Vector512<byte>.Count)
        {
            Vector512<byte> table = Vector512.Create(map);
            for (; i + Vector512<byte>.Count <= bytes.Length; i += Vector512<byte>.Count)
            {
                Avx512Vbmi.PermuteVar64x8(table, Vector512.Create<byte>(bytes[i..])).CopyTo(bytes[i..]);
            }
        }
        for (; i < bytes.Length; i++)
        {
            bytes[i] = map[bytes[i]];
        }
    }
}
