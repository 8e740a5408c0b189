using System.Globalization;
using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Text;

/// <summary>Decimal numbers inside line headers.</summary>
internal static class Digits
{
    /// <summary>Reads decimal digits from <paramref name="at"/> on, which moves behind them.</summary>
    /// <returns>Whether there was a digit and the number fits into 63 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, out long value)
    {
        value = 0;
        int start = at;
        int i = at;
        while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
        {
            value = value * 10 + (text[i] - '0');
            i++;
        }
        at = i;
        return i > start && i - start <= 18;
    }

    /// <summary>Reads an id (thread, process, CPU) of at most nine digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadId(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        int start = at;
        int i = at;
        int id = 0;
        while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
        {
            id = id * 10 + (text[i] - '0');
            i++;
        }
        at = i;
        value = id;
        return i > start && i - start <= 9;
    }

    /// <summary>Reads a stamp: <c>seconds.fraction</c> as ns, or bare digits as a count.</summary>
    /// <param name="text">The line.</param>
    /// <param name="at">Start of the stamp; moves behind it.</param>
    /// <param name="stamp">ns, or the count.</param>
    /// <param name="isNs">Whether there was a fraction, hence a unit.</param>
    public static bool TryReadStamp(ReadOnlySpan<byte> text, ref int at, out ulong stamp, out bool isNs)
    {
        stamp = 0;
        isNs = false;
        int start = at;
        int i = at;
        ulong whole = 0;
        while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
        {
            whole = whole * 10 + (uint)(text[i] - '0');
            i++;
        }
        if (i == start || (i - start > 19 && !ulong.TryParse(text[start..i], NumberStyles.None, CultureInfo.InvariantCulture, out whole)))
        {
            return false;
        }
        if ((uint)i >= (uint)text.Length || text[i] != '.')
        {
            at = i;
            stamp = whole;
            return true;
        }
        i++;
        int fractionStart = i;
        ulong fraction = 0;
        while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
        {
            fraction = fraction * 10 + (uint)(text[i] - '0');
            i++;
        }
        int digits = i - fractionStart;
        if (digits is 0 or > 9 || whole > 18_446_744_073)
        {
            return false;
        }
        at = i;
        isNs = true;
        stamp = whole * 1_000_000_000 + fraction * (digits == 6 ? 1000 : Scale(digits));
        return true;
    }

    private static ulong Scale(int digits)
    {
        ulong scale = 1;
        for (int i = digits; i < 9; i++)
        {
            scale *= 10;
        }
        return scale;
    }
}
