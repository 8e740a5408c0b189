using System.Text.RegularExpressions;
using SecondLook.Contracts.Tables;
using SecondLook.Replay;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Reference;

namespace SecondLook.Extending.Tests;

/// <summary>The walk-through of docs/extending.md, done: two policies of one file each, found, listed, replayed and reported on.</summary>
public sealed partial class ExtendingTests : IDisposable
{
    private static readonly string Root = FindRoot();
    private readonly string _folder = Directory.CreateTempSubdirectory("secondlook-test-").FullName;

    static ExtendingTests() => PolicyAssemblies.Add(typeof(ExtendingTests).Assembly);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void CodeOfThePage_IsTheCodeThatIsCompiledHere()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs", "extending.md"));
        MatchCollection blocks = CodeBlock().Matches(page);
        Assert.Equal(["GeneralizedClock.cs", "LookAroundOnly.cs"], blocks.Select(b => Path.GetFileName(b.Groups["file"].Value)));
        Assert.All(blocks, b => Assert.Equal(File.ReadAllText(Path.Combine(Root, b.Groups["file"].Value)), b.Groups["code"].Value));
        // No other C# stands on the page: nothing there is out of a compiler's sight.
        Assert.Equal(blocks.Count, Regex.Count(page, "```csharp"));
    }

    [Fact]
    public void BothPolicies_AreListedAndNamable()
    {
        Assert.Contains("gclock", ReplayCatalog.PresetNames);
        Assert.Contains("look_around_only", ReplayCatalog.PresetNames);
        Assert.Equal("what if: 6.15 whose aging walk asks no secondary MMU, while eviction and look-around do", ReplayCatalog.Describe("look_around_only"));
        Assert.Contains("look_around_only", PolicyPage.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void GeneralizedClock_ByHand_HasFourMissesWhereClockHasFive()
    {
        PageList list = PageList.Of([0, 0, 0, 1, 2, 3, 0]);
        Assert.Equal(4, MissCounter.Run("gclock", list, 2, 1));
        Assert.Equal(5, MissCounter.Run("clock", list, 2, 1));
    }

    [Fact]
    public void Misses_OfTheNewPolicy_StandBetweenOptAndAll()
    {
        string output = Run("misses", Path.Combine(Root, "data", "samples", "tdp-mglru-k612"), "--policy", "opt,gclock", "--pages", "25%,50%");
        long[][] cells = [.. output.TrimEnd('\n').Split('\n')[1..].Select(r => r.Split(',')[2..].Select(n => long.Parse(n, null)).ToArray())];
        Assert.Equal(4, cells.Length);
        Assert.InRange(cells[2][2], cells[0][2], cells[2][1]);
        Assert.InRange(cells[3][2], cells[1][2], cells[2][2]);
    }

    [Fact]
    public void Report_ComparesTheNewPoliciesWithTheirKin()
    {
        string run = Path.Combine(_folder, "run");
        string index = Run("run", Path.Combine(Root, "pipeline", "jobs", "quickstart.json"), "-o", run,
            "--set", """policies=["mainline_6_15","look_around_only","gclock","opt"]""").TrimEnd('\n').Split('\n')[^1];
        Assert.True(File.Exists(index));
        string page = File.ReadAllText(index);
        Assert.Contains("look_around_only", page, StringComparison.Ordinal);
        Assert.Contains("gclock", page, StringComparison.Ordinal);
        Assert.True(Asked(run, "mainline_6_15", "aging") > 0);
        Assert.Equal(0, Asked(run, "look_around_only", "aging"));
        Assert.True(Asked(run, "look_around_only", "eviction") > 0);
    }

    /// <summary>Notifier calls made by passes of one kind.</summary>
    private static long Asked(string run, string policy, string pass)
    {
        Table passes = Table.Read(Path.Combine(run, "replay", policy, "aging_passes.parquet"), AgingPassesTable.Schema);
        return Enumerable.Range(0, passes.RowCount)
            .Where(r => (passes[AgingPassesTable.Trigger][r] == "eviction") == (pass == "eviction"))
            .Sum(r => passes[AgingPassesTable.NotifierCalls][r]);
    }

    private static string Run(params string[] arguments)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            Assert.Equal(0, Host.Program.Run(arguments, CancellationToken.None));
        }
        finally
        {
            Console.SetOut(console);
        }
        return output.ToString();
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SecondLook.slnx")))
        {
            folder = folder.Parent;
        }
        return folder.FullName;
    }

    [GeneratedRegex("<!-- (?<file>[^ ]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
