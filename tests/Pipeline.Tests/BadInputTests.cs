using System.Text;
using SecondLook.Contracts.Runs;

namespace SecondLook.Pipeline.Tests;

/// <summary>Strangers' input: each kind gets its message and exit code, and leaves nothing that looks whole.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EmptyFile_IsRefused() => Refused("empty.txt", [], "no_events");

    [Fact]
    public void Noise_IsRefused()
    {
        Xoshiro256 random = new(5, "noise");
        byte[] noise = new byte[100_000];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (byte)random.Next();
        }
        Refused("noise.bin", noise, "unknown_format");
    }

    [Fact]
    public void FolderWithoutTraces_IsRefused()
    {
        Directory.CreateDirectory(_folder.File("nothing"));
        File.WriteAllText(_folder.File("nothing/readme.txt"), "nothing to see");
        RunRefused(_folder.File("nothing"), 3);
    }

    [Fact]
    public void TruncatedGzip_GivesWhatWasReadAndSaysSo()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(RepositoryFiles.Sample("tdp-mglru-k612"), "trace.txt.gz"));
        File.WriteAllBytes(_folder.File("cut.txt.gz"), whole[..(whole.Length / 2)]);
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "ingest", "cut.txt.gz", "-o", "dataset");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("truncated", File.ReadAllText(_folder.File("dataset/diagnostics.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void TruncatedGzip_WithNothingReadable_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(RepositoryFiles.Sample("tdp-mglru-k612"), "trace.txt.gz"));
        Refused("stub.txt.gz", whole[..12], null);
    }

    [Fact]
    public void JobWithThreeMistakes_NamesAllThree_AndStartsNothing()
    {
        File.WriteAllText(_folder.File("job.json"), """{ "trace": { "inputs": ["missing"] }, "policies": ["lur"], "horizon": 1 }""");
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", "job.json");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(3, run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("did you mean 'lru'?", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("runs")));
    }

    [Fact]
    public void OutputThatCannotBeWritten_ExitsWithFour()
    {
        // A file where a folder is wanted cannot be written to by anyone, root included.
        File.WriteAllText(_folder.File("taken"), "");
        string job = WriteJob(RepositoryFiles.Sample("tdp-mglru-k612"));
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", job, "-o", "taken/run");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("cannot be written", run.Errors, StringComparison.Ordinal);
        Assert.Equal(4, SecondLookProcess.Run(_folder.Path, "ingest", RepositoryFiles.Sample("tdp-mglru-k612"), "-o", "taken/dataset").ExitCode);
    }

    [Fact]
    public void ReadOnlyFolder_ExitsWithFour()
    {
        string locked = _folder.File("locked");
        Directory.CreateDirectory(locked);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        // Root writes to any folder of a writable disk; the kernel's own trees refuse even root.
        string target = Environment.UserName == "root" ? "/proc/secondlook-run" : Path.Combine(locked, "run");
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", WriteJob(RepositoryFiles.Sample("tdp-mglru-k612")), "-o", target);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("cannot be written", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public void WrongUsage_ExitsWithTwo()
    {
        Assert.Equal(2, SecondLookProcess.Run(_folder.Path, "rnu").ExitCode);
        Assert.Equal(2, SecondLookProcess.Run(_folder.Path, "dump", "not-there").ExitCode);
        Assert.Equal(2, SecondLookProcess.Run(_folder.Path, "list", "polices").ExitCode);
    }

    [Fact]
    public void FolderOfAnotherRun_IsNotTouched()
    {
        Directory.CreateDirectory(_folder.File("other"));
        File.WriteAllText(_folder.File("other/manifest.json"), "{}");
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", WriteJob(RepositoryFiles.Sample("tdp-mglru-k612")), "-o", "other");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("holds another run", run.Errors, StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(_folder.File("other/manifest.json")));
    }

    private void Refused(string name, byte[] content, string? reason)
    {
        File.WriteAllBytes(_folder.File(name), content);
        if (reason is not null)
        {
            SecondLookProcess dump = SecondLookProcess.Run(_folder.Path, "dump", name, "--json");
            Assert.Equal(3, dump.ExitCode);
            Assert.Contains(reason, dump.Output + dump.Errors, StringComparison.Ordinal);
        }
        RunRefused(_folder.File(name), 3);
    }

    private void RunRefused(string input, int code)
    {
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", WriteJob(input));
        Assert.Equal(code, run.ExitCode);
        Assert.NotEqual("", run.Errors);
        Assert.Equal("", run.Output);
        Assert.False(Directory.Exists(_folder.File("runs")) && Directory.EnumerateFiles(_folder.File("runs"), "*", SearchOption.AllDirectories).Any(), "something was left behind");
    }

    private string WriteJob(string input)
    {
        string path = _folder.File("job.json");
        File.WriteAllText(path, $$"""{ "trace": { "inputs": ["{{input}}"] }, "policies": ["lru", "opt"] }""", new UTF8Encoding(false));
        return path;
    }
}
