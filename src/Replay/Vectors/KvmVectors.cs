using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>Result of a run of specification vectors.</summary>
/// <param name="Passed">Vectors without any difference.</param>
/// <param name="Failures">One line for each failed vector: its id and the first difference.</param>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
public sealed record KvmVectorReport(int Passed, IReadOnlyList<string> Failures);

/// <summary>Runs the vectors of schema <c>kvm-mmu-vectors/1</c> against the model.</summary>
/// <remarks>
/// Models: section 6 of the KVM specification, every kind.
/// Omits: nothing; an unknown kind, operation, key or policy fails its vector.
/// </remarks>
public static class KvmVectors
{
    /// <summary>Value of the key <c>schema</c> that marks a document of these vectors.</summary>
    public const string Schema = "kvm-mmu-vectors/1";

    /// <summary>Whether a YAML text holds these vectors.</summary>
    public static bool Recognises(string yaml) => yaml.Contains($"schema: {Schema}", StringComparison.Ordinal);

    /// <summary>Finds the first block of these vectors in a Markdown text.</summary>
    /// <param name="text">Markdown with fenced blocks, or YAML itself.</param>
    /// <returns>The YAML, or null when there is none.</returns>
    public static string? Extract(string text)
    {
        if (!Recognises(text))
        {
            return null;
        }
        int schema = text.IndexOf($"schema: {Schema}", StringComparison.Ordinal);
        int fence = text.LastIndexOf("```", schema, StringComparison.Ordinal);
        if (fence < 0)
        {
            return text;
        }
        int start = text.IndexOf('\n', fence) + 1;
        int end = text.IndexOf("\n```", schema, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..(end + 1)];
    }

    /// <summary>Runs every vector of a document.</summary>
    /// <param name="yaml">The document.</param>
    /// <exception cref="FormatException">The document is no YAML of this schema.</exception>
    public static KvmVectorReport Run(string yaml)
    {
        var failures = new List<string>();
        int passed = 0;
        foreach (KvmVectorNode vector in Load(yaml))
        {
            string id = vector.Text("id") ?? "?";
            string? problem;
            try
            {
                problem = RunOne(vector);
            }
            catch (FormatException e)
            {
                problem = e.Message;
            }
            catch (KeyNotFoundException e)
            {
                problem = e.Message;
            }
            if (problem is null)
            {
                passed++;
            }
            else
            {
                failures.Add($"{id}: {problem}");
            }
        }
        return new KvmVectorReport(passed, failures);
    }

    private static List<KvmVectorNode> Load(string yaml)
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
        if (stream.Documents.Count == 0)
        {
            throw new FormatException("the document is empty");
        }
        var root = new KvmVectorNode(stream.Documents[0].RootNode, "document");
        if (root.TextOf("schema") != Schema)
        {
            throw root.Bad($"schema is not {Schema}");
        }
        List<KvmVectorNode> vectors = root.Mappings("vectors");
        root.RejectOthers();
        return vectors;
    }

    private static string? RunOne(KvmVectorNode vector)
    {
        vector.Text("note");
        string kind = vector.Text("kind") ?? "age";
        return kind switch
        {
            "age" => KvmAgeVector.Run(vector),
            "fanout" => KvmCases.Each(vector, KvmFanOutCases.Run),
            "window" => KvmCases.Each(vector, KvmShapeCases.Window),
            "bitmap" => KvmCases.Each(vector, KvmTableCases.Bitmap),
            "huge_leaf" => KvmCases.Each(vector, KvmTableCases.HugeLeaf),
            "alias" => KvmTableCases.Alias(vector),
            "retry" => KvmCases.Each(vector, KvmShapeCases.Retry),
            "level" => KvmCases.Each(vector, KvmShapeCases.Level),
            "block" => KvmCases.Each(vector, KvmShapeCases.Block),
            "mmio" => KvmCases.Each(vector, KvmShapeCases.Mmio),
            "delete" => KvmTableCases.Delete(vector),
            "casfail" => KvmCases.Each(vector, KvmShapeCases.CasFail),
            _ => throw vector.Bad($"unknown kind '{kind}'"),
        };
    }
}
