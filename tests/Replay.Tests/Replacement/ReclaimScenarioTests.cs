using System.Text.Json;
using SecondLook.Replay.Replacement.Scenarios;

namespace SecondLook.Replay.Tests.Replacement;

public sealed class ReclaimScenarioTests
{
    [Fact]
    public void Run_SharedScenarios_AgreeInEveryKey()
    {
        if (SharedFolder.Find("scenarios") is not { } folder)
        {
            return;
        }
        var problems = new List<string>();
        foreach (string expected in Directory.GetFiles(folder, "*.expected.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument want = JsonDocument.Parse(File.ReadAllText(expected));
            using JsonDocument got = JsonDocument.Parse(ReclaimScenario.RunFile(expected.Replace(".expected", "", StringComparison.Ordinal)));
            if (FirstDifference(want.RootElement.GetProperty("results"), got.RootElement.GetProperty("results")) is { } problem)
            {
                problems.Add($"{Path.GetFileName(expected)}: {problem}");
            }
        }
        Assert.Empty(problems);
    }

    private static string? FirstDifference(JsonElement want, JsonElement got)
    {
        if (want.GetArrayLength() != got.GetArrayLength())
        {
            return "another number of results";
        }
        for (int i = 0; i < want.GetArrayLength(); i++)
        {
            foreach (JsonProperty key in want[i].EnumerateObject())
            {
                if (!got[i].TryGetProperty(key.Name, out JsonElement value) || !JsonElement.DeepEquals(key.Value, value))
                {
                    return $"event {i}, key {key.Name}";
                }
            }
        }
        return null;
    }
}
