using System.Diagnostics;
using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>The table that <c>data/capture/kmr1-memslots.sh</c> makes of a bpftrace capture joins its aging calls with guest frames.</summary>
public sealed class Kmr1MemslotsTests
{
    [Fact]
    public void Script_SlotThatMoves_JoinsEachCallAtItsTime()
    {
        const string Slot = "\tcpu=0\ttid=5000\ttgid=5000\tcomm=qemu\tev=memslot\tkvm=0xffffc90001234000\tas_id=0\tslot=3\t";
        const string Call = "\tcpu=3\ttid=74\ttgid=74\tcomm=kswapd0\tev=clear_young\tmm=0xffff\tstart=0x7f3a40003000\tend=0x7f3a40004000\tyoung=1\n";
        string trace = $"# kmr1 1 clock mono\nkmr1\tns=900{Call}kmr1\tns=1000{Slot}gfn=0x40000\tnpages=512\thva=0x7f3a40000000\tflags=0x0\tchange=create\n"
            + $"kmr1\tns=5000{Call}kmr1\tns=6000{Slot}gfn=0x40000\tnpages=0\thva=0x7f3a40000000\tflags=0x0\tchange=delete\nkmr1\tns=6200{Call}"
            + $"kmr1\tns=6500{Slot}gfn=0x80000\tnpages=512\thva=0x7f3a40000000\tflags=0x0\tchange=create\nkmr1\tns=7000{Call}";
        using Scratch scratch = new();
        string file = scratch.Write("trace.kmr1", Encoding.ASCII.GetBytes(trace));
        if (Table(file) is not { } table)
        {
            return;
        }
        JsonElement dump = Dumped.Of(file, scratch.Write("memslots.csv", Encoding.ASCII.GetBytes(table)));
        Assert.Empty(dump.GetProperty("quarantine").EnumerateArray());
        string[] frames = [.. dump.GetProperty("events").EnumerateArray().Where(e => e.GetProperty("kind").GetString() == "age")
            .Select(e => e.TryGetProperty("gfn", out JsonElement gfn) ? gfn.GetString()! : "")];
        Assert.Equal(["", "0x40003", "", "0x80003"], frames);
    }

    // Null where there is no shell.
    private static string? Table(string trace)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SecondLook.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        if (folder is null || !OperatingSystem.IsLinux() || !File.Exists("/bin/bash"))
        {
            return null;
        }
        using Process process = Process.Start(
            new ProcessStartInfo("/bin/bash", [Path.Combine(folder, "data", "capture", "kmr1-memslots.sh"), trace]) { RedirectStandardOutput = true })!;
        string table = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? table : throw new InvalidOperationException($"the script ended with {process.ExitCode}");
    }
}
