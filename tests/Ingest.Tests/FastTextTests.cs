namespace SecondLook.Ingest.Tests;

/// <summary>The fixed grammars of the fast path give the same dataset, byte for byte, as the readers that look at every character.</summary>
public sealed class FastTextTests
{
    public static TheoryData<string> TextCaptures()
    {
        TheoryData<string> files = [];
        foreach (string capture in Captures.Names())
        {
            foreach (string path in Directory.GetFiles(Captures.Folder(capture)!, "*.txt*").Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(path);
                if (name.StartsWith("trace", StringComparison.Ordinal) || name.StartsWith("report", StringComparison.Ordinal)
                    || name.StartsWith("perf-script", StringComparison.Ordinal))
                {
                    files.Add($"{capture}/{name}");
                }
            }
        }
        return files;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TextCaptures))]
    public void Run_GenuineText_SameBytesAsSlow(string file)
    {
        string path = Path.Combine(Captures.Folder(Path.GetDirectoryName(file)!)!, Path.GetFileName(file));
        AssertSame(path, 1 << 17, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_RandomText_SameBytesAsSlow(int seed)
    {
        using Scratch scratch = new();
        AssertSame(scratch.Write("trace.txt", RandomTrace.Text(seed, 20_000)), 1 << 17, 2);
    }

    [Fact]
    public void Run_LinesStraddlingBlocksAtEveryOffset_SameBytesAsSlow()
    {
        using Scratch scratch = new();
        string path = scratch.Write("trace.txt", RandomTrace.Text(4, 60));
        for (int blockBytes = 1024; blockBytes < 1024 + 200; blockBytes++)
        {
            AssertSame(path, blockBytes, 1);
        }
    }

    private static void AssertSame(string path, int blockBytes, int threads)
    {
        using Scratch scratch = new();
        IngestRequest slow = new() { Inputs = [path], SlowText = true };
        IngestStage.Run(slow, scratch["slow"], CancellationToken.None);
        IngestStage.Run(slow with { SlowText = false, BlockBytes = blockBytes, Threads = threads }, scratch["fast"], CancellationToken.None);
        foreach (string file in Directory.GetFiles(scratch["slow"]))
        {
            if (file.EndsWith(".json", StringComparison.Ordinal))
            {
                Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(scratch["fast"], Path.GetFileName(file))));
            }
            Assert.True(
                File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(scratch["fast"], Path.GetFileName(file)))),
                $"{Path.GetFileName(file)} differs (block {blockBytes})");
        }
    }
}
