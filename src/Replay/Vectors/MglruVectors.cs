using SecondLook.Replay.Replacement.Settings;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>Result of a run of reclaim vectors; a vector counts once per profile.</summary>
/// <param name="Passed">Vectors times profiles without any difference.</param>
/// <param name="Failures">One line each: id, profile, first difference.</param>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
public sealed record MglruVectorReport(int Passed, IReadOnlyList<string> Failures);

/// <summary>Runs specification vectors of the reclaim side against the model.</summary>
/// <remarks>
/// Models: section 14 of the reclaim specification, every op.
/// Omits: nothing; an unknown op, key or profile fails its vector.
/// </remarks>
public static class MglruVectors
{
    /// <summary>Whether a text is, or holds, a YAML document of these vectors.</summary>
    /// <param name="text">YAML or Markdown.</param>
    public static bool Recognises(string text) => Extract(text) is not null;

    /// <summary>Finds the first block of these vectors in a text.</summary>
    /// <param name="text">Markdown with fenced blocks, or YAML itself.</param>
    /// <returns>The YAML, or null when there is none.</returns>
    public static string? Extract(string text)
    {
        text = text.ReplaceLineEndings("\n");
        if (!text.Contains("\n```", StringComparison.Ordinal))
        {
            return Looks(text) ? text : null;
        }
        int at = 0;
        while ((at = text.IndexOf("\n```", at, StringComparison.Ordinal)) >= 0)
        {
            int start = text.IndexOf('\n', at + 4);
            int end = start < 0 ? -1 : text.IndexOf("\n```", start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }
            string block = text[(start + 1)..(end + 1)];
            if (Looks(block))
            {
                return block;
            }
            at = end + 4;
        }
        return null;
    }

    /// <summary>Runs every vector of a document, once per profile it names.</summary>
    /// <param name="yaml">The document.</param>
    /// <returns>How many passed, and what failed.</returns>
    /// <exception cref="FormatException">The document is no YAML with a list of vectors.</exception>
    public static MglruVectorReport Run(string yaml)
    {
        var failures = new List<string>();
        int passed = 0;
        foreach (YamlNode node in Load(yaml))
        {
            string id = "?";
            try
            {
                var vector = new KvmVectorNode(node, "vector");
                id = vector.TextOf("id");
                RunVector(vector, id, failures, ref passed);
            }
            catch (FormatException e)
            {
                failures.Add($"{id}: {e.Message}");
            }
        }
        return new MglruVectorReport(passed, failures);
    }

    private static bool Looks(string yaml) =>
        (yaml.StartsWith("vectors:", StringComparison.Ordinal) || yaml.Contains("\nvectors:", StringComparison.Ordinal))
        && yaml.Contains("op: ", StringComparison.Ordinal) && yaml.Contains("profiles: ", StringComparison.Ordinal);

    private static IList<YamlNode> Load(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}: {e.Message}", e);
        }
        return stream.Documents.Count > 0
            && stream.Documents[0].RootNode is YamlMappingNode root
            && root.Children.TryGetValue(new YamlScalarNode("vectors"), out YamlNode? list)
            && list is YamlSequenceNode vectors
            ? vectors.Children
            : throw new FormatException("the document has no list 'vectors'");
    }

    private static void RunVector(KvmVectorNode vector, string id, List<string> failures, ref int passed)
    {
        List<string> profiles = vector.Scalars("profiles") ?? throw vector.Bad("key 'profiles' is missing");
        string op = vector.TextOf("op");
        vector.Text("rule");
        vector.Text("note");
        YamlNode expect = vector.Get("expect");
        YamlNode given = vector.Get("given");
        vector.RejectOthers();
        foreach (string profile in profiles)
        {
            string? problem;
            try
            {
                ReclaimSwitches switches = ReclaimProfiles.Create(profile);
                var input = new KvmVectorNode(given, "given");
                object? found = MglruOps.Run(op, switches, input);
                input.RejectOthers();
                problem = MglruValue.Compare(ExpectationOf(expect, profile), found, op);
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException
                or OverflowException)
            {
                problem = e.Message;
            }
            if (problem is null)
            {
                passed++;
            }
            else
            {
                failures.Add($"{id} {profile}: {problem}");
            }
        }
    }

    private static YamlNode ExpectationOf(YamlNode expect, string profile)
    {
        if (expect is not YamlMappingNode map)
        {
            return expect;
        }
        bool perProfile = map.Children.Count > 0;
        foreach (KeyValuePair<YamlNode, YamlNode> child in map.Children)
        {
            string key = ((YamlScalarNode)child.Key).Value ?? "";
            perProfile &= key == "p612b" || IndexOf(ReclaimProfiles.All, key) >= 0;
        }
        if (!perProfile)
        {
            return expect;
        }
        return map.Children.TryGetValue(new YamlScalarNode(profile), out YamlNode? own)
            ? own
            : throw new FormatException($"expect names profiles but not {profile}");
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }
        return -1;
    }
}
