using SecondLook.Contracts.Events;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Tests.Schedules;

/// <summary>Lookups by time, which search, against scans of everything that was said.</summary>
public class TimelineTwinTests
{
    [Fact]
    public void Gaps_RandomStretches_TouchWhatAScanSays()
    {
        int touched = 0;
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Xoshiro256 random = new(seed, "gaps");
            List<(long BeginNs, long EndNs)> gaps = [];
            GapTimeline timeline = GapTimeline.None;
            for (int part = 0; part < 3; part++)
            {
                List<(long BeginNs, long EndNs)> more = [];
                for (int i = (int)random.NextBelow(6); i > 0; i--)
                {
                    long begin = (long)random.NextBelow(100);
                    more.Add((begin, begin + (long)random.NextBelow(20)));
                }
                gaps.AddRange(more);
                timeline = timeline.With(more);
            }
            Assert.Equal(gaps.Count, timeline.Count);
            for (int i = 0; i < 100; i++)
            {
                long from = (long)random.NextBelow(120);
                long to = from + (long)random.NextBelow(20);
                bool wanted = gaps.Exists(g => g.BeginNs <= to && g.EndNs >= from);
                Assert.Equal(wanted, timeline.Touches(from, to));
                touched += wanted ? 1 : 0;
            }
        }
        Assert.InRange(touched, 1, 19_999);
    }

    [Fact]
    public void Cpus_RandomMoves_AreThoseOfTheLastEventBefore()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            Xoshiro256 random = new(seed, "cpus");
            CpuTimeline timeline = new();
            List<(long TsNs, int Tid, short Cpu)> said = [];
            long ts = 100;
            for (int i = 0; i < 200; i++)
            {
                ts += (long)random.NextBelow(5);
                // Threads 10 and 11 run vCPUs 0 and 1, thread 9 makes aging calls.
                int tid = 9 + (int)random.NextBelow(3);
                short cpu = (short)random.NextBelow(3);
                TraceEvent e = default;
                e.Kind = tid == 9 ? TraceEventKind.Age : TraceEventKind.GuestFault;
                e.Tid = tid;
                e.Cpu = cpu;
                if (tid > 9)
                {
                    e.Vcpu = (short)(tid - 10);
                }
                timeline.Add(e, ts);
                said.Add((ts, tid, cpu));
            }
            timeline.Finish();
            for (int i = 0; i < 100; i++)
            {
                long at = 90 + (long)random.NextBelow(600);
                Assert.Equal(Scan(said, 9, at), timeline.OfCommands(at));
                Assert.Equal(Scan(said, 10, at), timeline.OfVcpu(0, at));
                Assert.Equal(Scan(said, 11, at), timeline.OfVcpu(1, at));
            }
        }
    }

    // Before the first word of a thread its first CPU stands.
    private static int Scan(List<(long TsNs, int Tid, short Cpu)> said, int tid, long at)
    {
        int cpu = said.Find(s => s.Tid == tid).Cpu;
        foreach ((long ts, int thread, short on) in said)
        {
            cpu = thread == tid && ts <= at ? on : cpu;
        }
        return cpu;
    }
}
