using System.Globalization;
using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests;

/// <summary>
/// Seeded mutations of the corpus' texts: whatever strangers send, reading ends with events or with a reason, and records that a mutation
/// left alone are still read. SECONDLOOK_FUZZ sets the number of cases a text (default 100, some 2,000 in all).
/// </summary>
public sealed class TextFuzzTests
{
    private const int Copies = 24;

    public static TheoryData<string> Cases()
    {
        TheoryData<string> data = [];
        foreach (string name in new[]
        {
            "ftrace-x86-61", "ftrace-tgid", "ftrace-mm-events-66", "ftrace-shadow-mmu", "ftrace-fields-option", "ftrace-latency-format",
            "ftrace-lost-annotate", "ftrace-nasty-comms", "ftrace-stacktrace", "tracecmd-report", "tracecmd-report-two-files",
            "tracecmd-report-raw-fields", "tracecmd-report-latency", "tracecmd-report-failed-parse", "perf-script", "perf-script-pid-ns",
            "perf-script-callchain", "bpftrace-printf", "babeltrace-text", "memslots-sidecar",
        })
        {
            data.Add(name);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_MutatedText_EndsAndKeepsWhatWasNotTouched(string name)
    {
        if (Captures.Case(name) is not { } folder)
        {
            return;
        }
        byte[] one = File.ReadAllBytes(Directory.GetFiles(folder, "input.*")[0]);
        byte[] text = name == "memslots-sidecar" ? one : [.. Enumerable.Repeat(one, Copies).SelectMany(b => b)];
        int cases = int.Parse(Environment.GetEnvironmentVariable("SECONDLOOK_FUZZ") ?? "100", CultureInfo.InvariantCulture);
        using Scratch scratch = new();
        string file = scratch.Write("trace.txt", text);
        long whole = Read(file);
        Assert.True(whole > 0);
        for (int seed = 0; seed < cases; seed++)
        {
            Xoshiro256 random = new((ulong)seed, $"fuzz.{name}");
            byte[] mutated = Mutate(text, random, out int touched, out bool local);
            File.WriteAllBytes(file, mutated);
            long read = Read(file);
            if (local && name != "memslots-sidecar")
            {
                Assert.True(read >= 0.9 * (whole - touched), $"{name}, seed {seed}: {read} of {whole} events, {touched} lines touched");
            }
        }
    }

    private static long Read(string file)
    {
        try
        {
            return IngestStage.ParseOnly(new IngestRequest { Inputs = [file] }, CancellationToken.None);
        }
        catch (InputException)
        {
            return 0;
        }
    }

    // Local mutations touch a few lines and leave all others as they are; the rest only has to end.
    private static byte[] Mutate(byte[] text, Xoshiro256 random, out int touched, out bool local)
    {
        List<byte> bytes = [.. text];
        int Anywhere() => (int)random.NextBelow((ulong)bytes.Count);
        local = true;
        touched = 0;
        int kind = (int)random.NextBelow(8);
        switch (kind)
        {
            case 0:
                for (int i = 0; i < 4; i++)
                {
                    bytes[Anywhere()] ^= (byte)(1 << (int)random.NextBelow(8));
                    touched += 2;
                }
                break;
            case 1:
                bytes.InsertRange(Anywhere(), Encoding.ASCII.GetBytes(new string('9', 1 + (int)random.NextBelow(400))));
                touched = 1;
                break;
            case 2:
                bytes.InsertRange(Anywhere(), new byte[1 + (int)random.NextBelow(300)]);
                touched = 1;
                break;
            case 3:
                int at = Anywhere();
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + (int)random.NextBelow(40)));
                touched = 3;
                break;
            case 4:
                bytes.InsertRange(Anywhere(), Encoding.ASCII.GetBytes(new string(' ', 70_000)));
                touched = 1;
                break;
            case 5:
                local = false;
                bytes = bytes[..Anywhere()];
                break;
            case 6:
                local = false;
                int from = Anywhere();
                bytes.InsertRange(Anywhere(), bytes.GetRange(from, Math.Min(bytes.Count - from, (int)random.NextBelow(2000))));
                break;
            default:
                local = false;
                for (int i = 0; i < 200; i++)
                {
                    bytes[Anywhere()] = (byte)random.Next();
                }
                break;
        }
        return [.. bytes];
    }
}
