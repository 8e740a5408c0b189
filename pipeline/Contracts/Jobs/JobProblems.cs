using System.Text.Json;

namespace SecondLook.Contracts.Jobs;

/// <summary>Reads JSON values of a job and collects every mistake, each with its path, so that all are told at once.</summary>
internal sealed class JobProblems
{
    private readonly List<string> _problems = [];

    /// <summary>All mistakes so far, in file order.</summary>
    public IReadOnlyList<string> All => _problems;

    /// <summary>Records a mistake.</summary>
    public void Add(string path, string problem) => _problems.Add($"{(path.Length == 0 ? "job" : path)}: {problem}");

    /// <summary>Members of an object whose names are all known.</summary>
    public IEnumerable<JsonProperty> Members(JsonElement element, string path, params string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Add(path, $"expected an object, found {Word(element)}");
            yield break;
        }
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!seen.Add(member.Name))
            {
                Add(Join(path, member.Name), "given twice");
            }
            else if (known.Length > 0 && Array.IndexOf(known, member.Name) < 0)
            {
                Add(Join(path, member.Name), $"unknown key{NameSuggestion.For(member.Name, known)}");
            }
            else
            {
                yield return member;
            }
        }
    }

    /// <summary>A string, or <paramref name="fallback"/> with a mistake recorded.</summary>
    public string Text(JsonElement element, string path, string fallback = "")
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return element.GetString()!;
        }
        Add(path, $"expected a string, found {Word(element)}");
        return fallback;
    }

    /// <summary>A scalar as text: strings, numbers and truth values, as switches take them.</summary>
    public string Scalar(JsonElement element, string path)
    {
        if (element.ValueKind is JsonValueKind.String)
        {
            return element.GetString()!;
        }
        if (element.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
        {
            return element.GetRawText();
        }
        Add(path, $"expected a string, number or truth value, found {Word(element)}");
        return "";
    }

    /// <summary>A string that must be one of <paramref name="known"/>.</summary>
    public string OneOf(JsonElement element, string path, IReadOnlyCollection<string> known)
    {
        string text = Text(element, path);
        if (element.ValueKind == JsonValueKind.String && !Contains(known, text))
        {
            Add(path, $"'{text}' is not known{NameSuggestion.For(text, known)}");
        }
        return text;
    }

    /// <summary>An array of strings, or one string.</summary>
    public List<string> Texts(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return [element.GetString()!];
        }
        List<string> texts = [];
        if (element.ValueKind != JsonValueKind.Array)
        {
            Add(path, $"expected an array of strings, found {Word(element)}");
            return texts;
        }
        foreach (JsonElement item in element.EnumerateArray())
        {
            texts.Add(Text(item, $"{path}[{texts.Count}]"));
        }
        return texts;
    }

    /// <summary>A number above 0, at most 1; 1 and a problem otherwise.</summary>
    public double Share(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double share) && share > 0 && share <= 1)
        {
            return share;
        }
        Add(path, $"expected a number above 0 and at most 1, found {Word(element)}");
        return 1;
    }

    /// <summary>A whole number within bounds.</summary>
    public long Integer(JsonElement element, string path, long least, long most)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long value) && value >= least && value <= most)
        {
            return value;
        }
        Add(path, $"expected a whole number from {least} to {most}, found {element.GetRawText()}");
        return least;
    }

    /// <summary>A duration with its unit, ns.</summary>
    public long? Duration(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        if (Quantities.TryDuration(Text(element, path), out long ns) && ns > 0)
        {
            return ns;
        }
        Add(path, $"expected a duration such as \"250ms\" (ns, us, ms, s, min), found {element.GetRawText()}");
        return null;
    }

    /// <summary>Path of a member.</summary>
    public static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";

    /// <summary>Whether a name is known.</summary>
    public static bool Contains(IReadOnlyCollection<string> known, string name)
    {
        foreach (string one in known)
        {
            if (string.Equals(one, name, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static string Word(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => $"the string {element.GetRawText()}",
        JsonValueKind.Null => "null",
        _ => element.GetRawText(),
    };
}
