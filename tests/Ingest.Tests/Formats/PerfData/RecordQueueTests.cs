using SecondLook.Ingest.Formats.PerfData;

namespace SecondLook.Ingest.Tests.Formats.PerfData;

/// <summary>Records of a perf.data in the order of time, whatever rounds are marked.</summary>
public sealed class RecordQueueTests
{
    [Fact]
    public void EndRound_OfAShortFile_KeepsRecordsThatComeRoundsLate()
    {
        RecordQueue queue = new();
        List<long> order = [];
        Add(queue, 9);
        queue.EndRound((_, offset) => order.Add(offset));
        Add(queue, 1, 7);
        queue.EndRound((_, offset) => order.Add(offset));
        Add(queue, 8);
        queue.FlushAll((_, offset) => order.Add(offset));
        Assert.Equal([1, 7, 8, 9], order);
    }

    [Fact]
    public void EndRound_OfALongFile_LetsGoWhatTheRoundBeforeBounds()
    {
        RecordQueue queue = new();
        int gone = 0;
        for (long round = 0; round < 100; round++)
        {
            for (long i = 0; i < 1000; i++)
            {
                Add(queue, (round * 1000) + i);
            }
            queue.EndRound((_, offset) => Assert.Equal(gone++, offset));
        }
        // A MiB of records of 32 bytes may wait, and the last round.
        Assert.InRange(gone, 65_000, 99_000);
    }

    private static void Add(RecordQueue queue, params long[] times)
    {
        foreach (long time in times)
        {
            queue.Add(new byte[32], (ulong)time, 0, time);
        }
    }
}
