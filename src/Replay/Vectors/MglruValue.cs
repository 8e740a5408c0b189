using System.Globalization;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>A mapping that an expectation must name whole, not only in part.</summary>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
internal sealed class WholeMap : Dictionary<string, object?>
{
    public WholeMap()
        : base(StringComparer.Ordinal)
    {
    }
}

/// <summary>Words that mean the same in an expectation.</summary>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
internal sealed record SameWords(params string[] Words);

/// <summary>Compares what a vector expects with what the model gave.</summary>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
internal static class MglruValue
{
    /// <summary>Every key that the expectation names must equal the result's; keys not named are free.</summary>
    /// <returns>The first difference, or null.</returns>
    public static string? Compare(YamlNode expected, object? found, string where)
    {
        switch (expected)
        {
            case YamlMappingNode mapping:
                return CompareMap(mapping, found, where);
            case YamlSequenceNode sequence:
                return CompareList(sequence, found, where);
            default:
                string text = ((YamlScalarNode)expected).Value ?? "";
                if (found is SameWords same)
                {
                    return Array.IndexOf(same.Words, text) >= 0 ? null : Differs(where, text, found);
                }
                string actual = Text(found);
                return text == actual || (found is null && text is "~" or "null" or "") ? null : Differs(where, text, found);
        }
    }

    public static string Text(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case bool flag:
                return flag ? "true" : "false";
            case SameWords same:
                return same.Words[0];
            case string text:
                return text;
            case Dictionary<string, object?> map:
                var members = new StringBuilder("{");
                foreach (KeyValuePair<string, object?> pair in map)
                {
                    members.Append(members.Length > 1 ? ", " : "").Append(pair.Key).Append(": ").Append(Text(pair.Value));
                }
                return members.Append('}').ToString();
            case System.Collections.IEnumerable list:
                var items = new StringBuilder("[");
                foreach (object? item in list)
                {
                    items.Append(items.Length > 1 ? ", " : "").Append(Text(item));
                }
                return items.Append(']').ToString();
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
    }

    private static string? CompareMap(YamlMappingNode expected, object? found, string where)
    {
        if (found is not Dictionary<string, object?> map)
        {
            return Differs(where, "a mapping", found);
        }
        foreach (KeyValuePair<YamlNode, YamlNode> child in expected.Children)
        {
            string key = ((YamlScalarNode)child.Key).Value ?? "";
            if (!map.TryGetValue(key, out object? value))
            {
                return $"{where}: the model gives no '{key}', it gives {Text(found)}";
            }
            if (Compare(child.Value, value, $"{where}.{key}") is { } problem)
            {
                return problem;
            }
        }
        return found is WholeMap && map.Count != expected.Children.Count ? Differs(where, expected.ToString(), found) : null;
    }

    private static string? CompareList(YamlSequenceNode expected, object? found, string where)
    {
        if (found is not System.Collections.IEnumerable list || found is string)
        {
            return Differs(where, "a list", found);
        }
        int i = 0;
        foreach (object? item in list)
        {
            if (i == expected.Children.Count)
            {
                return $"{where} has more than {i} entries: {Text(found)}";
            }
            if (Compare(expected.Children[i], item, $"{where}[{i}]") is { } problem)
            {
                return problem;
            }
            i++;
        }
        return i == expected.Children.Count ? null : $"{where} has {i} entries, expected {expected.Children.Count}: {Text(found)}";
    }

    private static string Differs(string where, string expected, object? found) => $"{where} is {Text(found)}, expected {expected}";
}
