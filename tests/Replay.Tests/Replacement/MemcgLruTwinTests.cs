using SecondLook.Contracts.Runs;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Replacement;

/// <summary>The memcg LRU, lists in bins with counts, against one table of places (mglru-model.md 7.1).</summary>
public class MemcgLruTwinTests
{
    private const int Memcgs = 6;

    [Fact]
    public void Rotate_RandomOperations_EqualATableOfPlaces()
    {
        long advanced = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            Xoshiro256 random = new(seed, "memcg lru");
            ReclaimSwitches switches = ReclaimProfiles.Create("p612");
            switches.RandomSeed = seed;
            ReclaimModel model = new(switches, new FlatPageTables());
            MemcgLru order = model.Mglru!.MemcgOrder;
            // The draws of bins alone, in the same order.
            MemcgLru draws = new(seed);
            List<Place> places = [new(model.Root, 0, draws.NextBin(), 0)];
            long head = 0;
            long tail = 0;
            long seq = 0;
            for (int i = 0; i < Memcgs; i++)
            {
                places.Add(new(model.AddMemcg($"/{i}", model.Root), 0, draws.NextBin(), ++tail));
            }
            for (int i = 0; i < 300; i++)
            {
                int at = (int)random.NextBelow((ulong)places.Count);
                // Young more often, so that the old generation runs empty.
                MemcgLruOp op = (MemcgLruOp)Math.Min(random.NextBelow(9), (ulong)MemcgLruOp.Young);
                order.Rotate(places[at].Memcg.Generations!, op);
                if (op != MemcgLruOp.None)
                {
                    long gen = op switch { MemcgLruOp.Old => seq, MemcgLruOp.Young => seq + 1, _ => places[at].Gen };
                    long key = op is MemcgLruOp.Head or MemcgLruOp.Old ? --head : ++tail;
                    places[at] = places[at] with { Gen = gen, Bin = draws.NextBin(), Key = key };
                    if (places.TrueForAll(p => p.Gen != seq))
                    {
                        seq++;
                    }
                }
                Assert.Equal(seq, order.Seq);
                for (long gen = seq; gen <= seq + 1; gen++)
                {
                    for (int bin = 0; bin < MemcgLru.Bins; bin++)
                    {
                        string[] wanted = [.. places.Where(p => p.Gen == gen && p.Bin == bin).OrderBy(p => p.Key).Select(p => p.Memcg.Path)];
                        Assert.Equal(wanted, order.Bin(bin, gen).Select(l => l.Memcg.Path));
                    }
                }
            }
            advanced += seq;
        }
        Assert.InRange(advanced, 40, long.MaxValue);
    }

    private sealed record Place(Memcg Memcg, long Gen, int Bin, long Key);
}
