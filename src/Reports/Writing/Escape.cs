using System.Text;

namespace SecondLook.Reports.Writing;

/// <summary>Makes text safe for HTML, SVG and CSV: what comes from a trace or a job never becomes markup.</summary>
public static class Escape
{
    /// <summary>Text for element content and quoted attributes of HTML and SVG; control characters become U+FFFD.</summary>
    public static string Markup(string text)
    {
        StringBuilder? changed = null;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            string? instead = c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' or '\n' => null,
                _ when char.IsControl(c) || c is '\uFFFE' or '\uFFFF' => "\uFFFD",
                _ when char.IsSurrogate(c) && !IsPaired(text, i) => "\uFFFD",
                _ => null,
            };
            if (instead is not null)
            {
                changed ??= new StringBuilder(text, 0, i, text.Length + 16);
                changed.Append(instead);
            }
            else
            {
                changed?.Append(c);
            }
        }
        return changed?.ToString() ?? text;
    }

    /// <summary>A field of a CSV file: quoted where it holds a comma, a quote or a line end.</summary>
    public static string Csv(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0
        ? text
        : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>Printable ASCII for plain-text mails; anything else becomes a question mark.</summary>
    public static string Ascii(string text)
    {
        StringBuilder ascii = new(text.Length);
        foreach (char c in text)
        {
            ascii.Append(c switch
            {
                '\u2212' => '-',
                '\u00A0' => ' ',
                '\u2019' => '\'',
                >= ' ' and <= '~' => c,
                _ => '?',
            });
        }
        return ascii.ToString();
    }

    private static bool IsPaired(string text, int i) => char.IsHighSurrogate(text[i])
        ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
        : i > 0 && char.IsHighSurrogate(text[i - 1]);
}
