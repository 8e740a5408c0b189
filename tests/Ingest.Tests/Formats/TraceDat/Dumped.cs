using System.Text.Json;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

/// <summary>The JSON dump of one or several inputs.</summary>
internal static class Dumped
{
    /// <summary>Dumps files.</summary>
    public static JsonElement Of(params string[] inputs) => Of([], inputs);

    /// <summary>Dumps files with reader options.</summary>
    public static JsonElement Of(Dictionary<string, string> options, params string[] inputs)
    {
        using StringWriter output = new();
        IngestStage.DumpJson(new IngestRequest { Inputs = inputs, Options = options }, output, CancellationToken.None);
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        return document.RootElement.Clone();
    }

    /// <summary>Dumps bytes.</summary>
    public static JsonElement Of(byte[] bytes)
    {
        using Scratch scratch = new();
        return Of(scratch.Write("input.dat", bytes));
    }
}
