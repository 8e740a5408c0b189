using System.Text.RegularExpressions;

namespace SecondLook.Pipeline.Tests;

public sealed partial class RepositoryRulesTests
{
    private static readonly string[] BannedWords = ["Utils", "Utilities", "Helper", "Manager", "Common"];

    [Fact]
    public void SourceFiles_Lines_AtMostFourHundred() =>
        Assert.DoesNotContain(Sources(), f => File.ReadLines(Absolute(f)).Count() > 400);

    [Fact]
    public void SourceFiles_Names_SayWhatTheyHold() =>
        Assert.DoesNotContain(Sources(), f => BannedWords.Any(w => f.Contains(w, StringComparison.Ordinal)));

    [Fact]
    public void TextFiles_NoMachinePathAndNoRegistryHost() =>
        Assert.Empty(
            from file in Texts()
            where file != "tests/Pipeline.Tests/RepositoryRulesTests.cs"
            from line in File.ReadLines(Absolute(file))
            where MachinePath().IsMatch(line) || RegistryHost().IsMatch(line)
            select $"{file}: {line.Trim()}");

    [Fact]
    public void TextFiles_LineEnds_AreLf() =>
        Assert.DoesNotContain(Texts(), f => File.ReadAllText(Absolute(f)).Contains('\r', StringComparison.Ordinal));

    [Fact]
    public void SourceFiles_NoOpenEnds() =>
        Assert.Empty(
            from file in Sources()
            where file != "tests/Pipeline.Tests/RepositoryRulesTests.cs"
            from line in File.ReadLines(Absolute(file))
            where OpenEnd().IsMatch(line)
            select $"{file}: {line.Trim()}");

    [Fact]
    public void StandIns_HaveOneHomeEach()
    {
        // Each stand-in for a package lives in one folder, so that the package can take its place (docs/dependencies.md).
        Assert.Empty(
            from file in Sources()
            where file.StartsWith("src/", StringComparison.Ordinal) && !file.StartsWith("src/Reports/", StringComparison.Ordinal)
            from line in File.ReadLines(Absolute(file))
            where line.Contains("Reports.Drawing", StringComparison.Ordinal)
            select file);
        Assert.Empty(
            from file in Sources()
            where !file.StartsWith("src/Ingest/", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)
            from line in File.ReadLines(Absolute(file))
            where line.StartsWith("using System.IO.Pipelines", StringComparison.Ordinal)
            select file);
    }

    [Fact]
    public void Samples_EachUnder200Kilobytes_AndSayWhatTheyShow()
    {
        string[] samples = Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "data", "samples"));
        Assert.NotEmpty(samples);
        foreach (string sample in samples)
        {
            long bytes = Directory.GetFiles(sample, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
            Assert.True(bytes <= 200_000, $"{Path.GetFileName(sample)}: {bytes} bytes");
            Assert.Contains("| shows |", File.ReadAllText(Path.Combine(sample, "capture.md")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LinksOfDocuments_LeadToFiles()
    {
        Assert.Empty(
            from file in Texts()
            where file.EndsWith(".md", StringComparison.Ordinal)
            from Match link in Link().Matches(File.ReadAllText(Absolute(file)))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
            let path = Path.Combine(Path.GetDirectoryName(Absolute(file))!, target.Split('#')[0])
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{file}: {target}");
    }

    private static string Absolute(string file) => Path.Combine(RepositoryFiles.Root, file);

    private static IEnumerable<string> Sources() => Existing().Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    private static IEnumerable<string> Texts() => Existing().Where(f => TextFile().IsMatch(f));

    private static IEnumerable<string> Existing() => RepositoryFiles.Tracked().Where(f => File.Exists(Absolute(f)));

    [GeneratedRegex(@"(^|[^\w.])/(work|root|home|farm)/\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://[\w.-]*(nuget|npmjs|registry|deb\.debian)", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b(?!.*#\d)|NotImplementedException")]
    private static partial Regex OpenEnd();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\.(cs|md|json|jsonc|props|csproj|slnx|sh|ps1|py|mjs|js|txt|yml|yaml|bt|editorconfig)$|^\.ci/run$")]
    private static partial Regex TextFile();
}
