using System.Globalization;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>A value that the kernel works out from a field while it prints: a comparison, or the name of an enumerated value.</summary>
/// <param name="Label">Word before it in the printed text, such as <c>fixed</c> in <c>fixed %d</c>.</param>
/// <param name="Field">Field that it comes from.</param>
/// <param name="EqualTo">Number that the field is compared with; null for names.</param>
/// <param name="Names">Names by value; null for a comparison.</param>
internal sealed record PrintedValue(string Label, string Field, ulong? EqualTo, Dictionary<ulong, byte[]>? Names);

/// <summary>
/// Finds in a print format what the fields alone do not tell, because the numbers behind it differ by kernel: <c>REC->f == N</c> and
/// <c>__print_symbolic(REC->f, ...)</c>. All else is left alone: fields are read from the record, never from the print format.
/// </summary>
internal static class PrintedValues
{
    private const string Symbolic = "__print_symbolic(";
    private const string Record = "REC->";
    private const int MaxLength = 1 << 16;

    /// <summary>Reads a print format.</summary>
    public static List<PrintedValue> Parse(string printFormat)
    {
        List<PrintedValue> values = [];
        int quote = printFormat.StartsWith('"') ? EndOfString(printFormat, 0) : -1;
        if (quote < 0 || printFormat.Length > MaxLength)
        {
            return values;
        }
        List<string> labels = Labels(printFormat[1..quote]);
        List<string> arguments = Split(printFormat[(quote + 1)..].TrimStart(' ', ','));
        for (int i = 0; i < Math.Min(labels.Count, arguments.Count); i++)
        {
            if (One(labels[i], arguments[i]) is { } value)
            {
                values.Add(value);
            }
        }
        return values;
    }

    private static PrintedValue? One(string label, string argument)
    {
        if (argument.StartsWith(Symbolic, StringComparison.Ordinal) && argument.EndsWith(')'))
        {
            List<string> parts = Split(argument[Symbolic.Length..^1]);
            string field = parts[0].StartsWith(Record, StringComparison.Ordinal) ? parts[0][Record.Length..] : "";
            Dictionary<ulong, byte[]> names = [];
            for (int i = 1; i < parts.Count; i++)
            {
                AddName(parts[i], names);
            }
            return names.Count > 0 && IsName(field) ? new PrintedValue(label, field, null, names) : null;
        }
        int equals = argument.IndexOf(" == ", StringComparison.Ordinal);
        return argument.StartsWith(Record, StringComparison.Ordinal) && equals > 5 && IsName(argument[5..equals]) && Number(argument[(equals + 4)..]) is { } number
            ? new PrintedValue(label, argument[5..equals], number, null)
            : null;
    }

    // { 3, "name" }
    private static void AddName(string part, Dictionary<ulong, byte[]> names)
    {
        int open = part.IndexOf('"', StringComparison.Ordinal);
        int close = part.LastIndexOf('"');
        if (part.StartsWith('{') && close > open && open > 0 && Number(part[1..open].Trim(' ', ',')) is { } number)
        {
            names.TryAdd(number, System.Text.Encoding.UTF8.GetBytes(part[(open + 1)..close]));
        }
    }

    private static ulong? Number(string text)
    {
        text = text.Trim().Trim('(', ')').TrimEnd('u', 'U', 'l', 'L');
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? (ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex) ? hex : null)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? unchecked((ulong)number) : null;
    }

    // The word before each specifier.
    private static List<string> Labels(string format)
    {
        List<string> labels = [];
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                continue;
            }
            if (i + 1 < format.Length && format[i + 1] == '%')
            {
                i++;
                continue;
            }
            int end = i;
            while (end > 0 && !IsLetter(format[end - 1]) && format[end - 1] is ' ' or '=' or ':')
            {
                end--;
            }
            int start = end;
            while (start > 0 && IsLetter(format[start - 1]))
            {
                start--;
            }
            labels.Add(format[start..end]);
        }
        return labels;
    }

    // At the commas outside brackets and strings.
    private static List<string> Split(string text)
    {
        List<string> parts = [];
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    i = EndOfString(text, i);
                    if (i < 0)
                    {
                        return parts;
                    }
                    break;
                case '(' or '{' or '[':
                    depth++;
                    break;
                case ')' or '}' or ']':
                    depth--;
                    break;
                case ',' when depth == 0:
                    parts.Add(text[start..i].Trim());
                    start = i + 1;
                    break;
            }
        }
        parts.Add(text[start..].Trim());
        return parts;
    }

    private static int EndOfString(string text, int start)
    {
        for (int i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i;
            }
        }
        return -1;
    }

    private static bool IsName(string text)
    {
        foreach (char c in text)
        {
            if (!IsLetter(c))
            {
                return false;
            }
        }
        return text.Length > 0;
    }

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
