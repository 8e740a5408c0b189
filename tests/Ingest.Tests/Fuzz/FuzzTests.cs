namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Some thousand mutations of every container; any number with <c>tests/Benchmarks fuzz</c>.</summary>
public sealed class FuzzTests
{
    private const long Cases = 2000;

    public static TheoryData<string> Containers() => [.. FuzzSeeds.Containers];

    public static TheoryData<string> Crashes() => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fuzz", "Cases")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Crashes))]
    public void Read_CaseThatCrashedOnce_EndsInEventsOrAReason(string file)
    {
        IngestRequest request = new() { Inputs = [Path.Combine(AppContext.BaseDirectory, "Fuzz", "Cases", file)] };
        Exception? found = Record.Exception(() => IngestStage.ParseOnly(request, CancellationToken.None));
        Assert.True(found is null or SecondLook.Contracts.Diagnostics.InputException, found?.ToString());
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void Read_Mutations_EndInEventsOrAReason(string container)
    {
        using Scratch scratch = new();
        string? corpus = Captures.Shared is null ? null : Path.Combine(Captures.Shared, "formats-corpus");
        corpus = Directory.Exists(corpus) ? corpus : null;
        FuzzResult result = FuzzRun.Run(container, corpus, scratch.Root, 6, 0, Cases);
        Assert.True(result.Problems.Count == 0, string.Join('\n', result.Problems));
        // Refusing is no way out.
        Assert.True(result.Share >= 0.9, result.ToString());
    }
}
