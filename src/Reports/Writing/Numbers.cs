using System.Globalization;

namespace SecondLook.Reports.Writing;

/// <summary>Numbers as words: invariant culture, halves rounded away from zero, a true minus where the medium has one.</summary>
public static class Numbers
{
    private const string Minus = "\u2212";

    /// <summary>A number with a fixed count of decimals and an ASCII minus; negative zero prints as zero.</summary>
    public static string Fixed(double value, int decimals)
    {
        decimal rounded = Math.Round((decimal)Math.Clamp(value, -1e15, 1e15), decimals, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0m : rounded).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>About three digits: 4,206, 336, 41.2, 3.07, 0.0123.</summary>
    public static string Digits3(double value)
    {
        double size = Math.Abs(value);
        return value == Math.Floor(value) && size < 1e15 ? Count((long)value)
            : size >= 99.95 ? Count((long)Math.Round(value, MidpointRounding.AwayFromZero))
            : size >= 9.995 ? Fixed(value, 1)
            : size >= 0.9995 ? Fixed(value, 2)
            : size >= 0.0995 ? Fixed(value, 3)
            : Fixed(value, 4);
    }

    /// <summary>A ratio such as <c>1.6</c>, <c>0.41</c>, <c>23</c>: two digits that count.</summary>
    public static string Ratio(double value)
    {
        double size = Math.Abs(value);
        return size >= 99.5 ? Count((long)Math.Round(value, MidpointRounding.AwayFromZero))
            : size >= 9.95 ? Fixed(value, 0)
            : size >= 0.995 ? Fixed(value, 1)
            : Fixed(value, 2);
    }

    /// <summary>A count in running text: digits grouped by commas from 10,000 on.</summary>
    public static string Count(long value) => Math.Abs(value) >= 10_000
        ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number as data files hold it: the shortest text that reads back to the same value.</summary>
    public static string Data(double value) => (value == 0 ? 0 : value).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A tick label: <c>30 k</c>, <c>2 M</c>, <c>0.4</c>, with a true minus.</summary>
    public static string Tick(double value)
    {
        double size = Math.Abs(value);
        string text = size >= 999_999.5 ? Trim(size / 1e6) + " M"
            : size >= 9_999.5 ? Trim(size / 1e3) + " k"
            : Trim(size);
        return value < 0 && text != "0" ? Minus + text : text;
    }

    /// <summary>The text with hyphens before digits turned into true minus signs, for HTML and SVG.</summary>
    public static string TrueMinus(string text) => text.StartsWith('-') ? Minus + text[1..] : text;

    /// <summary>A span of time: <c>640 ms</c>, <c>12.5 s</c>, <c>20.0 min</c>.</summary>
    public static string Span(long ns)
    {
        double s = ns / 1e9;
        return Math.Abs(s) < 1e-3 ? Fixed(s * 1e6, 0) + " us"
            : Math.Abs(s) < 1 ? Fixed(s * 1e3, 0) + " ms"
            : Math.Abs(s) < 100 ? Fixed(s, 1) + " s"
            : Math.Abs(s) < 6000 ? Fixed(s, 0) + " s"
            : Fixed(s / 60, 0) + " min";
    }

    private static string Trim(double size)
    {
        string text = Fixed(size, size >= 100 ? 1 : size >= 1 ? 2 : 4);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
