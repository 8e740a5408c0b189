using System.Text.Json;
using System.Text.Json.Nodes;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Jobs;

/// <summary>Reads a job file: strict JSON with comments; every mistake is told at once and nothing is started.</summary>
public static class JobReader
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 };

    /// <summary>Reads a job file.</summary>
    /// <param name="path">The file; its relative input paths are relative to its folder.</param>
    /// <param name="overrides">Words <c>key=value</c> of <c>--set</c>; keys are paths with dots, values JSON or plain text; paths in them are relative to the current folder.</param>
    /// <param name="vocabulary">Names that exist.</param>
    /// <exception cref="UsageException">The file cannot be read, or has mistakes: all of them.</exception>
    public static Job Read(string path, IReadOnlyList<string> overrides, JobVocabulary vocabulary)
    {
        JobProblems problems = new();
        JsonObject? root = Load(path, problems);
        if (root is null)
        {
            throw new UsageException(problems.All);
        }
        AnchorPaths(root, Path.GetDirectoryName(Path.GetFullPath(path))!);
        foreach (string word in overrides)
        {
            Override(root, word, problems);
        }
        Job? job = new JobParser(problems, vocabulary).Parse(root, Path.GetFileNameWithoutExtension(path));
        return problems.All.Count > 0 || job is null ? throw new UsageException(problems.All) : job;
    }

    /// <summary>The job that a bare trace stands for: all defaults, the given policies.</summary>
    /// <param name="inputs">Files or folders.</param>
    /// <param name="policies">Preset names.</param>
    public static Job ForInputs(IReadOnlyList<string> inputs, IReadOnlyList<string> policies)
    {
        List<PolicySpec> specs = [];
        foreach (string policy in policies)
        {
            specs.Add(new PolicySpec(policy, policy, new SortedDictionary<string, string>(StringComparer.Ordinal)));
        }
        return new Job { Name = "trace", Trace = new TraceSection { Inputs = inputs }, Policies = specs, Codec = ParquetCodec.Zstd };
    }

    private static JsonObject? Load(string path, JobProblems problems)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(File.ReadAllText(path), null, Options);
            if (node is JsonObject root)
            {
                return root;
            }
            problems.Add("", "expected an object at the top of the file");
        }
        catch (JsonException e)
        {
            problems.Add("", $"{Path.GetFileName(path)} is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message.Split(" LineNumber")[0]}");
        }
        catch (ArgumentException e)
        {
            problems.Add("", $"{Path.GetFileName(path)}: {e.Message}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add("", $"no file '{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add("", $"{path}: cannot be read: {e.Message}");
        }
        return null;
    }

    // Paths in the file are relative to the file, paths of --set to the current folder: each says what its writer saw.
    private static void AnchorPaths(JsonObject root, string folder)
    {
        if (root["trace"] is not JsonObject trace)
        {
            return;
        }
        if (trace["inputs"] is JsonArray inputs)
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                if (inputs[i] is JsonValue value && value.TryGetValue(out string? input) && input != "-")
                {
                    inputs[i] = Path.GetFullPath(input, folder);
                }
            }
        }
        else if (trace["inputs"] is JsonValue single && single.TryGetValue(out string? input) && input != "-")
        {
            trace["inputs"] = Path.GetFullPath(input, folder);
        }
        if (trace["memslots"] is JsonValue memslots && memslots.TryGetValue(out string? file))
        {
            trace["memslots"] = Path.GetFullPath(file, folder);
        }
    }

    private static void Override(JsonObject root, string word, JobProblems problems)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problems.Add($"--set {word}", "expected key=value, such as reclaim.demand=capacity");
            return;
        }
        string[] keys = word[..equals].Split('.');
        JsonNode? value = ParseValue(word[(equals + 1)..]);
        JsonObject at = root;
        for (int i = 0; i < keys.Length - 1; i++)
        {
            if (at[keys[i]] is null)
            {
                at[keys[i]] = new JsonObject();
            }
            if (at[keys[i]] is not JsonObject next)
            {
                problems.Add($"--set {word}", $"'{keys[i]}' is not an object");
                return;
            }
            at = next;
        }
        at[keys[^1]] = value;
    }

    private static JsonNode? ParseValue(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, Options);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
