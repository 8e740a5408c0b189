using System.Numerics;
using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Statistics;

/// <summary>Finds least and greatest values of spans.</summary>
internal static class ValueRange
{
    /// <summary>Finds the range of integers in the order of their type.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="min">The least.</param>
    /// <param name="max">The greatest.</param>
    public static void Of<T>(ReadOnlySpan<T> values, out T min, out T max)
        where T : unmanaged, IBinaryInteger<T>
    {
        min = max = values[0];
        int i = 0;
        if (values.Length >= Vector<T>.Count)
        {
            ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
            Vector<T> low = vectors[0];
            Vector<T> high = low;
            int v = 0;
            if (vectors.Length >= 4)
            {
                // Four at a time: a minimum of 64-bit numbers takes as long as three others.
                (Vector<T> low1, Vector<T> low2, Vector<T> low3) = (low, low, low);
                (Vector<T> high1, Vector<T> high2, Vector<T> high3) = (low, low, low);
                for (; v + 4 <= vectors.Length; v += 4)
                {
                    ReadOnlySpan<Vector<T>> four = vectors.Slice(v, 4);
                    (low, high) = (Vector.Min(low, four[0]), Vector.Max(high, four[0]));
                    (low1, high1) = (Vector.Min(low1, four[1]), Vector.Max(high1, four[1]));
                    (low2, high2) = (Vector.Min(low2, four[2]), Vector.Max(high2, four[2]));
                    (low3, high3) = (Vector.Min(low3, four[3]), Vector.Max(high3, four[3]));
                }
                low = Vector.Min(Vector.Min(low, low1), Vector.Min(low2, low3));
                high = Vector.Max(Vector.Max(high, high1), Vector.Max(high2, high3));
            }
            for (; v < vectors.Length; v++)
            {
                low = Vector.Min(low, vectors[v]);
                high = Vector.Max(high, vectors[v]);
            }
            for (int lane = 0; lane < Vector<T>.Count; lane++)
            {
                min = T.Min(min, low[lane]);
                max = T.Max(max, high[lane]);
            }
            i = vectors.Length * Vector<T>.Count;
        }
        for (; i < values.Length; i++)
        {
            min = T.Min(min, values[i]);
            max = T.Max(max, values[i]);
        }
    }

    /// <summary>Finds the range of doubles as the format wants it: zero bounds carry the outer sign.</summary>
    /// <returns>False when there is a NaN: then no range is true for every reader, so none is given.</returns>
    public static bool TryOf(ReadOnlySpan<double> values, out double min, out double max)
    {
        min = double.PositiveInfinity;
        max = double.NegativeInfinity;
        bool ordered = true;
        foreach (double v in values)
        {
            ordered &= !double.IsNaN(v);
            min = v < min ? v : min;
            max = v > max ? v : max;
        }
        min = min == 0 ? -0.0 : min;
        max = max == 0 ? 0.0 : max;
        return ordered && !values.IsEmpty;
    }
}
