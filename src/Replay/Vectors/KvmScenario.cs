using System.Text;
using SecondLook.Replay.Aging;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>
/// A micro-scenario in the language of the KVM vectors, run under every policy: a table with a row per policy and a column per step. The file
/// is one vector (or a list under <c>vectors</c>); its policy, expected values and id are optional and only marked where they differ.
/// </summary>
/// <remarks>
/// Models: the little language of section 6 of the KVM specification.
/// Omits: kinds other than <c>age</c>.
/// </remarks>
public static class KvmScenario
{
    /// <summary>Whether a YAML text looks like such a scenario.</summary>
    public static bool Recognises(string yaml) => yaml.Contains("steps:", StringComparison.Ordinal) && yaml.Contains("state:", StringComparison.Ordinal);

    /// <summary>Runs a file.</summary>
    /// <param name="yaml">Its text.</param>
    /// <returns>Lines of text: for each scenario a heading and a table.</returns>
    /// <exception cref="FormatException">The text is no scenario; the message says where.</exception>
    public static IReadOnlyList<string> Run(string yaml)
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
            throw new FormatException("the file is empty");
        }
        var root = new KvmVectorNode(stream.Documents[0].RootNode, "scenario");
        var lines = new List<string>();
        if (root.Has("vectors"))
        {
            foreach (KvmVectorNode vector in root.Mappings("vectors"))
            {
                if (vector.Has("steps"))
                {
                    Table(vector, lines);
                }
            }
        }
        else
        {
            Table(root, lines);
        }
        return lines;
    }

    private static void Table(KvmVectorNode scenario, List<string> lines)
    {
        string heading = $"{scenario.Text("id") ?? "scenario"} {scenario.Text("note")}".TrimEnd();
        var rows = new List<List<string>> { Header(scenario) };
        foreach (string policy in AgingPolicies.Catalog.Names)
        {
            rows.Add(Row(scenario, policy));
        }
        lines.Add(heading);
        int columns = rows[0].Count;
        var widths = new int[columns];
        foreach (List<string> row in rows)
        {
            for (int i = 0; i < columns; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }
        foreach (List<string> row in rows)
        {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++)
            {
                line.Append(i == 0 ? "" : " | ").Append(row[i].PadRight(widths[i]));
            }
            lines.Add(line.ToString().TrimEnd());
        }
        lines.Add("");
    }

    private static List<string> Header(KvmVectorNode scenario)
    {
        var header = new List<string> { "policy" };
        foreach (KvmVectorNode step in scenario.Mappings("steps"))
        {
            header.Add($"{step.TextOf("op")} {step.Text("page")}".TrimEnd());
        }
        header.Add("left at the end");
        return header;
    }

    private static List<string> Row(KvmVectorNode scenario, string policy)
    {
        var stage = new KvmStage(
            AgingPolicies.Get(policy),
            scenario.Mapping("ctx"),
            scenario.Mapping("state") ?? throw scenario.Bad("key 'state' is missing"));
        var row = new List<string> { policy };
        foreach (KvmVectorNode step in scenario.Mappings("steps"))
        {
            string op = step.TextOf("op");
            KvmOutcome outcome = stage.Run(op, step.Text("page") ?? "", op == "isp" ? KvmAgeVector.ValueOf(step) : 0)
                ?? throw step.Bad($"unknown op '{op}'");
            row.Add(Cell(stage, outcome));
        }
        row.Add(Left(stage));
        return row;
    }

    private static string Cell(KvmStage stage, KvmOutcome outcome)
    {
        var cell = new StringBuilder();
        if (outcome.Young.Length > 0)
        {
            cell.Append(outcome.Young switch { "1" => "young", "0" => "old", _ => "failed" });
        }
        cell.Append(outcome.LookAround ? " +around" : "").Append(outcome.Flush ? " +flush" : "");
        if (stage.Locks.Count > 0)
        {
            cell.Append(cell.Length > 0 ? " " : "").Append('[').Append(string.Join(' ', stage.Locks.ConvertAll(KvmAgeVector.NameOf))).Append(']');
        }
        return cell.Length == 0 ? "-" : cell.ToString();
    }

    private static string Left(KvmStage stage)
    {
        var left = new List<string>();
        foreach (string page in stage.Pages)
        {
            foreach (string tables in (ReadOnlySpan<string>)["P", "tdp", "s2", "shadow"])
            {
                List<string> bits = stage.Bits(tables, page);
                if (bits.Count > 0)
                {
                    left.Add($"{tables}.{page}={string.Join('/', bits)}");
                }
            }
        }
        return string.Join(' ', left);
    }
}
