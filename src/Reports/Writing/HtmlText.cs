using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Writing;

/// <summary>Running text for pages: escaped, a true minus before numbers, no break between a number and its unit.</summary>
internal static class HtmlText
{
    /// <summary>Escapes text and sets its numbers.</summary>
    public static string Of(string text)
    {
        string escaped = Escape.Markup(text)
            .Replace(" %", "&nbsp;%", StringComparison.Ordinal)
            .Replace(" times", "&nbsp;times", StringComparison.Ordinal);
        foreach (string unit in (string[])["ms", "s", "MiB", "GiB", "KiB"])
        {
            escaped = KeepUnit(escaped, unit);
        }
        return Minus(escaped);
    }

    /// <summary>The verdict sentence with its tones.</summary>
    public static string Of(IEnumerable<VerdictPiece> pieces) => string.Concat(pieces.Select(p => p.Tone switch
    {
        VerdictTone.Strong => $"<b>{Of(p.Text)}</b>",
        VerdictTone.Quiet => $"<span class=\"ci\">{Of(p.Text)}</span>",
        _ => Of(p.Text),
    }));

    private static string KeepUnit(string text, string unit)
    {
        int at = 0;
        while ((at = text.IndexOf(" " + unit, at, StringComparison.Ordinal)) >= 0)
        {
            int end = at + 1 + unit.Length;
            bool number = at > 0 && char.IsAsciiDigit(text[at - 1]);
            bool whole = end == text.Length || !char.IsAsciiLetterOrDigit(text[end]);
            if (number && whole)
            {
                text = text[..at] + "&nbsp;" + text[(at + 1)..];
            }
            at = end;
        }
        return text;
    }

    private static string Minus(string text)
    {
        char[] chars = text.ToCharArray();
        for (int i = 0; i + 1 < chars.Length; i++)
        {
            if (chars[i] == '-' && char.IsAsciiDigit(chars[i + 1]) && (i == 0 || chars[i - 1] is ' ' or '[' or '(' or ';'))
            {
                chars[i] = '\u2212';
            }
        }
        return new string(chars);
    }
}
