using System.Globalization;

namespace SecondLook.Contracts.Jobs;

/// <summary>Reads the quantities of command lines and job files: sizes, shares, durations.</summary>
public static class Quantities
{
    private const int PageShift = Addresses.PageSize.Shift;

    /// <summary>Reads a duration such as <c>250ms</c> or <c>2 min</c>.</summary>
    /// <param name="text">A number and one of ns, us, ms, s, min.</param>
    /// <param name="ns">The duration, ns.</param>
    public static bool TryDuration(string text, out long ns)
    {
        (string number, string unit) = Split(text);
        double scale = unit switch
        {
            "ns" => 1,
            "us" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "min" => 60e9,
            _ => 0,
        };
        bool ok = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && scale > 0;
        double scaled = value * scale;
        ns = ok && scaled < long.MaxValue ? (long)scaled : 0;
        return ok && scaled < long.MaxValue;
    }

    /// <summary>Reads a size such as <c>256MiB</c>, <c>1024 pages</c>, <c>1024</c> (pages) or <c>50%</c>.</summary>
    /// <param name="text">A number and one of bytes, KiB, MiB, GiB, pages, %.</param>
    /// <param name="footprintPages">What a share is a share of, pages.</param>
    /// <param name="pages">The size, pages, rounded up, at least 1.</param>
    public static bool TryPages(string text, long footprintPages, out long pages)
    {
        (string number, string unit) = Split(text);
        pages = 0;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
        {
            return false;
        }
        double bytes = unit switch
        {
            "" or "pages" => value * (1L << PageShift),
            "bytes" or "B" => value,
            "KiB" => value * (1L << 10),
            "MiB" => value * (1L << 20),
            "GiB" => value * (1L << 30),
            "%" => value / 100 * footprintPages * (1L << PageShift),
            _ => -1,
        };
        if (bytes <= 0 || bytes > 1L << 62)
        {
            return false;
        }
        pages = Math.Max(1, (long)Math.Ceiling(bytes / (1L << PageShift)));
        return true;
    }

    private static (string Number, string Unit) Split(string text)
    {
        text = text.Trim();
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }
        return (text[..end], text[end..].Trim());
    }
}
