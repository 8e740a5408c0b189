using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu;

public class MmuNotifierTests
{
    [Fact]
    public void Touch_FirstAccess_FaultsOnceThenHits()
    {
        var bench = new Bench("mainline_6_15");
        Assert.Equal(TouchResult.NotInPrimary, bench.Notifier.Touch(bench.Vm, 0, new Gfn(0x105), true));
        Assert.Equal(TouchResult.Mapped, bench.Touch(5, write: true));
        Assert.Equal(TouchResult.Hit, bench.Touch(5));
        Assert.Equal(1, bench.Notifier.Costs.Sum(NotifierHook.GuestFault, CostKind.EntriesMapped));
        Assert.Equal(1, bench.Notifier.Costs.Sum(NotifierHook.GuestFault, CostKind.ReadSections));
        Assert.Equal(TouchResult.Mmio, bench.Notifier.Touch(bench.Vm, 0, new Gfn(0x100 + 1024), true));
    }

    [Theory]
    [InlineData("mglru_6_1", CostKind.WriteSections)]
    [InlineData("mainline_6_12", CostKind.WriteSections)]
    [InlineData("mainline_6_13", CostKind.WriteSections)]
    [InlineData("mainline_6_15", CostKind.RcuSections)]
    public void ClearYoungWord_ChargesOneSectionPerPage(string policy, CostKind section)
    {
        var bench = new Bench(policy);
        for (ulong i = 0; i < 64; i += 2)
        {
            bench.Touch(i);
        }
        ulong asked = 0xffff_ffff;
        ulong young = bench.Notifier.ClearYoungWord(Bench.HvaPage, asked, NotifierCaller.AgingWalk);
        Assert.Equal(0x5555_5555UL, young);
        Assert.Equal(0UL, bench.Notifier.ClearYoungWord(Bench.HvaPage, asked, NotifierCaller.AgingWalk));
        NotifierCosts costs = bench.Notifier.Costs;
        Assert.Equal(64, costs[NotifierHook.ClearYoung, NotifierCaller.AgingWalk, CostKind.Calls]);
        Assert.Equal(64, costs[NotifierHook.ClearYoung, NotifierCaller.AgingWalk, section]);
        Assert.Equal(32, costs[NotifierHook.ClearYoung, NotifierCaller.AgingWalk, CostKind.EntriesVisited]);
        Assert.Equal(16, costs[NotifierHook.ClearYoung, NotifierCaller.AgingWalk, CostKind.BitsCleared]);
        Assert.Equal(64, costs.Sum(NotifierHook.ClearYoung, CostKind.RcuSections) + costs.Sum(NotifierHook.ClearYoung, CostKind.WriteSections));
    }

    [Fact]
    public void ClearFlushYoung_FlushesOnlyYoungAndOnlyWhereNotElided()
    {
        foreach ((string policy, long flushes) in new[] { ("mglru_6_1", 1L), ("mainline_6_12", 1L), ("mainline_6_13", 0L), ("mainline_6_15", 0L) })
        {
            var bench = new Bench(policy);
            bench.Vm.VcpusInGuest = 3;
            bench.Touch(7);
            Assert.True(bench.Notifier.ClearFlushYoung(Bench.Bytes(Bench.HvaPage + 7), NotifierCaller.Eviction));
            Assert.False(bench.Notifier.ClearFlushYoung(Bench.Bytes(Bench.HvaPage + 7), NotifierCaller.Eviction));
            Assert.Equal(flushes, bench.Notifier.Costs.Sum(CostKind.Flushes));
            Assert.Equal(flushes * 3, bench.Notifier.Costs.Sum(CostKind.Ipis));
        }
    }

    [Fact]
    public void HugeLeaf_AskedPageByPage_IsYoungOnceThenOld()
    {
        var bench = new Bench("mainline_6_15", pages: 2048, hvaPage: 0x7f0000100);
        bench.Primary.Map(0x7f0000200, new Pfn(0x8000), write: true, level: 2);
        Assert.Equal(TouchResult.Mapped, bench.Notifier.Touch(bench.Vm, 0, new Gfn(0x205), true));
        Assert.Equal(1, bench.Vm.Tdp!.LeafCount);
        Assert.Equal(1UL << 3, bench.Notifier.ClearYoungWord(0x7f0000200, 0xf8, NotifierCaller.AgingWalk));
        bench.Notifier.Touch(bench.Vm, 0, new Gfn(0x3ff), false);
        Assert.True(bench.Notifier.TestYoung(new Hva(0x7f0000200UL << 12), NotifierCaller.Khugepaged));
        Assert.True(bench.Notifier.ClearYoung(Bench.Bytes(0x7f0000200, 512), NotifierCaller.AgingWalk));
        Assert.False(bench.Notifier.ClearYoung(Bench.Bytes(0x7f0000200, 512), NotifierCaller.AgingWalk));
    }

    [Fact]
    public void Words_OnUnalignedAliasedSlots_AnswerAsSinglePages()
    {
        var random = new Xoshiro256(1, "test.words");
        foreach (string policy in new[] { "mainline_6_12", "mainline_6_15", "jh_v7", "jh_v4" })
        {
            Bench word = Make(policy);
            Bench page = Make(policy);
            for (int round = 0; round < 300; round++)
            {
                ulong i = random.NextBelow(700);
                bool write = random.NextBelow(2) == 0;
                Assert.Equal(word.Touch(i, write), page.Touch(i, write));
                ulong start = Bench.HvaPage + random.NextBelow(760) - 40;
                ulong asked = random.Next() & random.Next();
                bool clear = random.NextBelow(3) != 0;
                ulong got = clear
                    ? word.Notifier.ClearYoungWord(start, asked, NotifierCaller.AgingWalk)
                    : word.Notifier.TestYoungWord(start, asked, NotifierCaller.AgingWalk);
                ulong expected = 0;
                for (ulong left = asked; left != 0; left &= left - 1)
                {
                    int bit = BitOperations.TrailingZeroCount(left);
                    bool young = clear
                        ? page.Notifier.ClearYoung(Bench.Bytes(start + (ulong)bit), NotifierCaller.AgingWalk)
                        : page.Notifier.TestYoung(new Hva((start + (ulong)bit) << 12), NotifierCaller.AgingWalk);
                    expected |= (young ? 1UL : 0) << bit;
                }
                Assert.Equal(expected, got);
            }
            foreach (CostKind kind in Enum.GetValues<CostKind>())
            {
                Assert.True(word.Notifier.Costs.Sum(kind) == page.Notifier.Costs.Sum(kind), $"{policy} {kind}");
            }
            Assert.Null(word.Notifier.FindBrokenInvariant());
        }

        static Bench Make(string policy)
        {
            var bench = new Bench(policy, 700);
            // A second slot shows the same host memory at another offset of the word grid.
            Assert.True(bench.Vm.SlotsOf(0).TryAdd(new SecondLook.Replay.Memory.Memslot(0, 2, new Gfn(0x2003), 333, new Hva((Bench.HvaPage + 17) << 12))));
            return bench;
        }
    }

    [Fact]
    public void Words_ThroughShadowEntries_AnswerAsSinglePages()
    {
        var random = new Xoshiro256(2, "test.shadow-words");
        foreach (string policy in new[] { "mainline_6_12", "mainline_6_15", "jh_v7", "sc_single_rmap", "wrong_elide" })
        {
            Bench word = new(policy, 700);
            Bench page = new(policy, 700);
            foreach (Bench bench in new[] { word, page })
            {
                bench.Vm.Shadow!.CreateContext(direct: false, adBits: true);
                bench.Vm.Shadow.CreateContext(direct: false, adBits: false);
            }
            for (int round = 0; round < 400; round++)
            {
                // Runs of neighbours, with gaps, shifted against the word grid, some pages mapped by both contexts.
                ulong first = random.NextBelow(600);
                ulong count = 1 + random.NextBelow(80);
                int context = (int)random.NextBelow(2);
                bool write = random.NextBelow(2) == 0;
                for (ulong i = first; i < first + count; i++)
                {
                    foreach (Bench bench in new[] { word, page })
                    {
                        bench.Touch(i, write);
                        bench.Notifier.TouchNested(bench.Vm, context, 0x9000 + i, new Gfn(0x100 + i), write);
                    }
                }
                if (round % 7 == 0)
                {
                    Assert.Equal(
                        word.Notifier.InvalidateRange(Bench.Bytes(Bench.HvaPage + first, 5)), page.Notifier.InvalidateRange(Bench.Bytes(Bench.HvaPage + first, 5)));
                }
                ulong start = Bench.HvaPage + random.NextBelow(700);
                ulong asked = random.Next() | random.Next();
                int kind = (int)random.NextBelow(3);
                ulong got = kind switch
                {
                    0 => word.Notifier.ClearYoungWord(start, asked, NotifierCaller.AgingWalk),
                    1 => word.Notifier.TestYoungWord(start, asked, NotifierCaller.AgingWalk),
                    _ => word.Notifier.FastYoungWord(start, asked, clear: true, NotifierCaller.AgingWalk, oneCall: false).Young,
                };
                ulong expected = 0;
                for (ulong left = asked; left != 0; left &= left - 1)
                {
                    int bit = BitOperations.TrailingZeroCount(left);
                    HvaRange bytes = Bench.Bytes(start + (ulong)bit);
                    bool young = kind switch
                    {
                        0 => page.Notifier.ClearYoung(bytes, NotifierCaller.AgingWalk),
                        1 => page.Notifier.TestYoung(bytes.Start, NotifierCaller.AgingWalk),
                        _ => page.Notifier.FastYoung(bytes, clear: true, NotifierCaller.AgingWalk).Young != 0,
                    };
                    expected |= (young ? 1UL : 0) << bit;
                }
                Assert.Equal(expected, got);
            }
            foreach (CostKind kind in Enum.GetValues<CostKind>())
            {
                Assert.True(word.Notifier.Costs.Sum(kind) == page.Notifier.Costs.Sum(kind), $"{policy} {kind}");
            }
            Assert.Null(word.Notifier.FindBrokenInvariant());
        }
    }

    [Fact]
    public void ChangePte_InsideItsInvalidation_FindsNothingToChange()
    {
        var bench = new Bench("mglru_6_1");
        bench.Touch(3);
        bench.Touch(4);
        Assert.Equal(0, bench.Notifier.ChangePte(new Hva((Bench.HvaPage + 3) << 12), new Pfn(0x77)));
        bench.Notifier.InvalidateStart(Bench.Bytes(Bench.HvaPage + 3));
        Assert.Equal(0, bench.Notifier.ChangePte(new Hva((Bench.HvaPage + 3) << 12), new Pfn(0x77)));
        Assert.Equal(1, bench.Notifier.ChangePte(new Hva((Bench.HvaPage + 4) << 12), new Pfn(0x78)));
        bench.Notifier.InvalidateEnd(Bench.Bytes(Bench.HvaPage + 3));
        Assert.Equal(2, bench.Notifier.Costs.Sum(NotifierHook.ChangePte, CostKind.WriteSections));
        EntryRef at = bench.Vm.Tdp!.RootOf(0).Find(0x104);
        Assert.Equal(0x78UL, bench.Vm.Tdp.RootOf(0).Tables.Value(at.Table, at.Index));
    }

    [Fact]
    public void InvalidateRange_ZapsAllAliasesAndKeepsFaultsOutMeanwhile()
    {
        var bench = new Bench("mainline_6_15");
        for (ulong i = 0; i < 100; i++)
        {
            bench.Touch(i);
        }
        Assert.Equal(10, bench.Notifier.InvalidateStart(Bench.Bytes(Bench.HvaPage + 20, 10)));
        Assert.Equal(TouchResult.Retry, bench.Touch(25));
        Assert.Equal(TouchResult.Hit, bench.Touch(30));
        bench.Notifier.InvalidateEnd(Bench.Bytes(Bench.HvaPage + 20, 10));
        Assert.Equal(TouchResult.Mapped, bench.Touch(25));
        Assert.Equal(91, bench.Vm.Tdp!.LeafCount);
        Assert.Equal(1, bench.Notifier.Costs.Sum(NotifierHook.InvalidateStart, CostKind.WriteSections));
        Assert.Equal(1, bench.Notifier.Costs.Sum(NotifierHook.InvalidateEnd, CostKind.WriteSections));
        bench.Notifier.InvalidateRange(Bench.Bytes(5, 1));
        Assert.Equal(1, bench.Notifier.Costs.Sum(NotifierHook.InvalidateStart, CostKind.CallsOutsideSlots));
    }
}
