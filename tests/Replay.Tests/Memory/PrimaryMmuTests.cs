using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Tests.Memory;

public class PrimaryMmuTests
{
    /// <summary>The obvious twin: a dictionary from page to leaf.</summary>
    private sealed class Naive
    {
        private sealed class Leaf
        {
            public ulong First;
            public ulong Pages;
            public ulong Frame;
            public bool Young;
            public bool Dirty;
        }

        private readonly Dictionary<ulong, Leaf> _leafs = [];

        public bool Map(ulong page, ulong frame, bool write, int level)
        {
            ulong span = 1UL << (9 * (level - 1));
            ulong first = page & ~(span - 1);
            for (ulong i = first; i < first + span; i++)
            {
                if (_leafs.TryGetValue(i, out Leaf? old) && (level > 1 || old.Pages > 1) && !(old.Pages == span && old.First == first))
                {
                    return false;
                }
            }
            var leaf = new Leaf { First = first, Pages = span, Frame = frame, Young = true, Dirty = write };
            for (ulong i = first; i < first + span; i++)
            {
                _leafs[i] = leaf;
            }
            return true;
        }

        public bool Touch(ulong page, bool write)
        {
            if (!_leafs.TryGetValue(page, out Leaf? leaf))
            {
                return false;
            }
            leaf.Young = true;
            leaf.Dirty |= write;
            return true;
        }

        public void Unmap(ulong start, ulong end)
        {
            for (ulong page = start; page < end; page++)
            {
                if (_leafs.TryGetValue(page, out Leaf? leaf) && leaf.Pages > 1 && (leaf.First < start || leaf.First + leaf.Pages > end))
                {
                    for (ulong i = 0; i < leaf.Pages; i++)
                    {
                        _leafs[leaf.First + i] = new Leaf { First = leaf.First + i, Pages = 1, Frame = leaf.Frame + i, Young = leaf.Young, Dirty = leaf.Dirty };
                    }
                }
                _leafs.Remove(page);
            }
        }

        public bool TestAndClear(ulong page)
        {
            bool young = _leafs.TryGetValue(page, out Leaf? leaf) && leaf.Young;
            if (young)
            {
                leaf!.Young = false;
            }
            return young;
        }

        public (int Level, ulong Frame, bool Young, bool Dirty) At(ulong page) => _leafs.TryGetValue(page, out Leaf? leaf)
            ? (leaf.Pages == 1 ? 1 : 2, leaf.Frame + page - leaf.First, leaf.Young, leaf.Dirty)
            : default;
    }

    [Fact]
    public void RandomOperations_AsADictionaryOfLeafs()
    {
        var random = new Xoshiro256(3, "test.primary");
        var mmu = new PrimaryMmu();
        var naive = new Naive();
        const ulong Base = 0x7f0000000 - 700;
        for (int i = 0; i < 30_000; i++)
        {
            ulong page = Base + random.NextBelow(2000);
            bool write = random.NextBelow(2) == 0;
            switch (random.NextBelow(12))
            {
                case 0:
                    ulong block = page & ~511UL;
                    Assert.Equal(naive.Map(block, 0x10000, write, 2), mmu.Map(block, new Pfn(0x10000), write, 2));
                    break;
                case < 5:
                    ulong frame = random.NextBelow(1 << 20);
                    Assert.Equal(naive.Map(page, frame, write, 1), mmu.Map(page, new Pfn(frame), write));
                    break;
                case < 8:
                    Assert.Equal(naive.Touch(page, write), mmu.Touch(page, write));
                    break;
                case 8:
                    ulong end = page + random.NextBelow(3) * random.NextBelow(600);
                    naive.Unmap(page, end);
                    mmu.Unmap(page, end);
                    break;
                default:
                    ulong asked = random.Next();
                    ulong expected = 0;
                    for (int bit = 0; bit < 64; bit++)
                    {
                        expected |= (asked >> bit & 1) != 0 && naive.TestAndClear(page + (ulong)bit) ? 1UL << bit : 0;
                    }
                    Assert.Equal(expected, mmu.TestAndClearYoungWord(page, asked));
                    break;
            }
            ulong look = Base + random.NextBelow(2000);
            Assert.Equal(naive.At(look), (mmu.LevelOf(look), mmu.FrameOf(look).Value, mmu.IsYoung(look), mmu.IsDirty(look)));
        }
        for (ulong page = Base; page < Base + 2000; page += 64)
        {
            for (int bit = 0; bit < 64; bit++)
            {
                Assert.Equal(naive.At(page + (ulong)bit).Level > 0, (mmu.PresentWord(page) >> bit & 1) != 0);
            }
        }
    }

    [Fact]
    public void Collapse_MakesOneYoungBlock_AndNonleafBitsAreTheHostsAlone()
    {
        var mmu = new PrimaryMmu();
        for (ulong i = 0; i < 512; i += 3)
        {
            mmu.Map(512 + i, new Pfn(i), write: false);
        }
        Assert.True(mmu.NonleafYoung(512, clear: true));
        Assert.False(mmu.NonleafYoung(512, clear: false));
        mmu.Collapse(512, new Pfn(0x2000));
        Assert.Equal((2, 0x2000UL + 100, true), (mmu.LevelOf(612), mmu.FrameOf(612).Value, mmu.IsYoung(1000)));
        Assert.Equal(1, mmu.LeafCount);
        Assert.True(mmu.SplitHuge(600));
        Assert.Equal((512L, true), (mmu.LeafCount, mmu.IsYoung(1000)));
        Assert.True(mmu.TestAndClearYoung(1000));
        Assert.True(mmu.IsYoung(1001));
    }

    [Fact]
    public void Vmas_RemoveCutsAndSplits()
    {
        var vmas = new VmaTable();
        vmas.Add(new Vma(100, 200));
        vmas.Add(new Vma(150, 160, VmaFlags.Special));
        Assert.Equal([(100UL, 150UL), (150UL, 160UL), (160UL, 200UL)], vmas.All.Select(v => (v.Start, v.End)));
        Assert.True(vmas.TryFind(155, out Vma found));
        Assert.Equal(VmaFlags.Special, found.Flags);
        Assert.False(vmas.TryFind(200, out _));
        vmas.Remove(120, 155);
        Assert.Equal([(100UL, 120UL), (155UL, 160UL), (160UL, 200UL)], vmas.All.Select(v => (v.Start, v.End)));
    }
}
