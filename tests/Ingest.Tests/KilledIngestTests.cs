using System.Diagnostics;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests;

/// <summary>A kill at any moment leaves the whole dataset or none, and the next run makes the bytes of an undisturbed one.</summary>
public sealed class KilledIngestTests
{
    private const int Kills = 50;

    [Fact]
    public void Ingest_KilledAtRandomMoments_LeavesAllOrNothing()
    {
        Assert.SkipWhen(Program() is null, "the program is not built");
        using Scratch scratch = new();
        string trace = scratch.Write("trace.txt", RandomTrace.Text(7, 40_000));
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(0, Run(trace, scratch["undisturbed"], TimeSpan.FromMinutes(2)));
        long whole = watch.ElapsedMilliseconds;
        Xoshiro256 random = new(1, "test.kill");
        int killed = 0;
        for (int i = 0; i < Kills; i++)
        {
            killed += Run(trace, scratch["killed"], TimeSpan.FromMilliseconds(random.NextBelow((ulong)whole))) == 0 ? 0 : 1;
            if (Directory.Exists(scratch["killed"]))
            {
                AssertSame(scratch["undisturbed"], scratch["killed"]);
                Directory.Delete(scratch["killed"], recursive: true);
            }
        }
        Assert.True(killed > 0, "no run was killed before its end");
        Assert.Equal(0, Run(trace, scratch["killed"], TimeSpan.FromMinutes(2)));
        AssertSame(scratch["undisturbed"], scratch["killed"]);
        Assert.Empty(Directory.GetDirectories(scratch.Root, "*.partial"));
    }

    private static int Run(string trace, string target, TimeSpan patience)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Program()!, "ingest", trace, "-o", target])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(patience))
        {
            process.Kill();
            process.WaitForExit();
            return -1;
        }
        return process.ExitCode;
    }

    private static void AssertSame(string expected, string found)
    {
        string[] files = Names(expected);
        Assert.Equal(files, Names(found));
        foreach (string file in files)
        {
            Assert.True(File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(found, file))), file);
        }
    }

    private static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];

    private static string? Program()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string program = Path.Combine(at.FullName, "artifacts", "bin", "Host", "release", "secondlook.dll");
            if (File.Exists(Path.Combine(at.FullName, "SecondLook.slnx")))
            {
                return File.Exists(program) ? program : null;
            }
        }
        return null;
    }
}
