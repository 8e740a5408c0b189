using System.Globalization;
using System.Text;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Tests;

/// <summary>Several inputs of one clock become one order of time, however long they are.</summary>
public sealed class SeveralInputsTests
{
    private const int Lines = 60_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_TracesOfTwoCpusInTwoFiles_AreMergedByTime(int threads)
    {
        using Scratch scratch = new();
        StringBuilder[] texts = [new("# tracer: nop\n#\n"), new("# tracer: nop\n#\n")];
        for (int i = 0; i < Lines; i++)
        {
            // Long stretches of one CPU alone: far more than a window of the order holds.
            int cpu = i / 20_000 % 2 == 0 ? i % 2 : i % 7 == 0 ? 0 : 1;
            long us = 1_000_000 + (i * 1500L);
            texts[cpu].Append(CultureInfo.InvariantCulture,
                $"         kswapd0-74      [00{cpu}] ..... {us / 1_000_000,5}.{us % 1_000_000:d6}: kvm_age_hva: mmu notifier age hva: 0x{(long)i << 12:x14} -- 0x{(long)(i + 1) << 12:x14}\n");
        }
        string[] files = [scratch.Write("cpu0.txt", texts[0].ToString()), scratch.Write("cpu1.txt", texts[1].ToString())];
        IngestStage.Run(new IngestRequest { Inputs = files, Threads = threads }, scratch["dataset"], CancellationToken.None);
        using EventsReader reader = new(scratch["dataset"]);
        TraceEvent e = default;
        ulong next = 0;
        while (reader.TryRead(ref e))
        {
            Assert.Equal(next++ << 12, e.Start);
        }
        Assert.Equal((ulong)Lines, next);
        Assert.DoesNotContain("late_event", File.ReadAllText(Path.Combine(scratch["dataset"], "diagnostics.json")), StringComparison.Ordinal);
    }
}
