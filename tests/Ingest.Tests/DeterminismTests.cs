using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests;

/// <summary>Same input, same bytes: every file of a dataset, whatever the threads.</summary>
public sealed class DeterminismTests
{
    [Fact]
    public void Run_Twice_GivesTheSameBytes()
    {
        if (Captures.Folder("v5-slots-mmio-k72") is not { } capture)
        {
            return;
        }
        using Scratch scratch = new();
        IngestStage.Run(new IngestRequest { Inputs = [capture], Threads = 1 }, scratch["a"], CancellationToken.None);
        IngestStage.Run(new IngestRequest { Inputs = [capture], Threads = 2 }, scratch["b"], CancellationToken.None);
        string[] files = [.. Directory.GetFiles(scratch["a"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal(files, Directory.GetFiles(scratch["b"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string file in files)
        {
            Assert.Equal(ContentHash.OfFile(Path.Combine(scratch["a"], file)), ContentHash.OfFile(Path.Combine(scratch["b"], file)));
        }
    }
}
