using System.Text;
using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Host.Running;

/// <summary><c>manifest.json</c>: what a run was made from. It is written first and never changes, so equal manifests mean the same run.</summary>
public static class RunManifest
{
    /// <summary>Schema name and version of the manifest.</summary>
    public const string Schema = "manifest/1.0";

    /// <summary>The manifest of a job on inputs, as text.</summary>
    /// <param name="job">The job; its codec is the one in use.</param>
    /// <param name="inputs">Base name and SHA-256 of each input.</param>
    public static string Text(Job job, IReadOnlyList<(string Name, string Sha256)> inputs)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("tool", ToolVersion);
            json.WriteStartArray("inputs");
            foreach ((string name, string sha256) in inputs)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("sha256", sha256);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("tables");
            foreach (TableSchema schema in AllTables.Schemas)
            {
                json.WriteStringValue(schema.Id);
            }
            json.WriteEndArray();
            json.WritePropertyName("job");
            JobJson.Write(json, job);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Name and version of this program.</summary>
    public static string ToolVersion => "secondlook " + typeof(RunManifest).Assembly.GetName().Version!.ToString(3);

    /// <summary>The job of a finished or unfinished run folder.</summary>
    /// <exception cref="ArtifactException">There is no manifest, or it is of another version.</exception>
    public static Job ReadJob(RunFolder folder) => Read(folder, root => JobJson.Read(root.GetProperty("job")));

    /// <summary>Hashes of the inputs of a run, in one string: equal for runs of the same captures in the same order.</summary>
    /// <exception cref="ArtifactException">There is no manifest, or it is of another version.</exception>
    public static string InputsOf(RunFolder folder) =>
        Read(folder, root => string.Join(',', root.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("sha256").GetString())));

    private static T Read<T>(RunFolder folder, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(folder.Manifest));
            string found = document.RootElement.GetProperty("schema").GetString() ?? "";
            return found.StartsWith("manifest/1.", StringComparison.Ordinal)
                ? read(document.RootElement)
                : throw new ArtifactException(folder.Manifest, found, Schema);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException(folder.Manifest, "no readable file", Schema);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ArtifactException(folder.Manifest, "something else", Schema);
        }
    }
}
