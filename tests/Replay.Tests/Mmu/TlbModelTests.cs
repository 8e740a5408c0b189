using SecondLook.Contracts.Runs;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu;

public class TlbModelTests
{
    [Fact]
    public void Touch_CachedTranslation_StaysOldUntilEvictedOrFlushed()
    {
        var bench = new Bench("mainline_6_12");
        bench.Vm.Tlb = new TlbModel(vcpus: 1, capacity: 2);
        bench.Touch(1);
        Assert.True(bench.Notifier.ClearYoung(Bench.Bytes(Bench.HvaPage + 1), NotifierCaller.AgingWalk));
        bench.Touch(1);
        Assert.False(bench.Notifier.ClearYoung(Bench.Bytes(Bench.HvaPage + 1), NotifierCaller.AgingWalk));
        // A store to a translation cached clean walks again.
        bench.Touch(1, write: true);
        Assert.True(bench.Notifier.ClearYoung(Bench.Bytes(Bench.HvaPage + 1), NotifierCaller.AgingWalk));
        // Two other pages push it out.
        bench.Touch(2);
        bench.Touch(3);
        bench.Touch(1);
        Assert.True(bench.Notifier.ClearFlushYoung(Bench.Bytes(Bench.HvaPage + 1), NotifierCaller.Eviction));
        // The flushing hook of 6.12 emptied the cache.
        bench.Touch(1);
        Assert.True(bench.Notifier.ClearYoung(Bench.Bytes(Bench.HvaPage + 1), NotifierCaller.AgingWalk));
    }

    [Fact]
    public void Hit_RandomAccesses_AsAListOfLeastRecentlyUsed()
    {
        var random = new Xoshiro256(7, "test.tlb");
        var tlb = new TlbModel(1, 5);
        var list = new List<(ulong Frame, bool Dirty)>();
        for (int i = 0; i < 20_000; i++)
        {
            ulong frame = random.NextBelow(9);
            bool write = random.NextBelow(2) == 0;
            if (random.NextBelow(500) == 0)
            {
                tlb.Flush();
                list.Clear();
            }
            int at = list.FindIndex(e => e.Frame == frame);
            bool expected = at >= 0 && (!write || list[at].Dirty);
            Assert.Equal(expected, tlb.Hit(0, frame, write));
            bool dirty = write || (at >= 0 && list[at].Dirty);
            if (!expected)
            {
                tlb.Insert(0, frame, write);
            }
            if (at >= 0)
            {
                list.RemoveAt(at);
            }
            list.Insert(0, (frame, dirty));
            if (list.Count > 5)
            {
                list.RemoveAt(5);
            }
        }
    }
}
