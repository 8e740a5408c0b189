namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>Operation on a memcg's place.</summary>
internal enum MemcgLruOp
{
    None,
    Head,
    Tail,
    Old,
    Young,
}

/// <summary>Order in which root reclaim visits memcgs: two generations of bins.</summary>
/// <remarks>Models: lru_gen_rotate_memcg and shrink_many of mm/vmscan.c. Omits: several nodes; bins come from the run's seed.</remarks>
internal sealed class MemcgLru(ulong seed)
{
    public const int Gens = 3;
    public const int Bins = 8;
    public const int SegDefault = 0;
    public const int SegHead = 1;
    public const int SegTail = 2;

    private readonly List<MglruLruvec>[,] _lists = NewLists();
    private readonly int[] _count = new int[Gens];
    private ulong _state = seed;

    /// <summary>Counter of old generations that became empty.</summary>
    public long Seq { get; set; }

    public void Add(Memcg memcg) => AddAt(memcg, (int)(Seq % Gens));

    /// <summary>Adds a memcg to a given generation, 0 to 2.</summary>
    public void AddAt(Memcg memcg, int gen)
    {
        MglruLruvec lruvec = memcg.Generations!;
        lruvec.MemcgLruSeg = SegDefault;
        lruvec.MemcgLruGen = gen;
        lruvec.MemcgLruBin = NextBin();
        _lists[lruvec.MemcgLruGen, lruvec.MemcgLruBin].Add(lruvec);
        _count[lruvec.MemcgLruGen]++;
    }

    public IReadOnlyList<MglruLruvec> Bin(int bin, long seq) => _lists[seq % Gens, bin];

    public void Rotate(MglruLruvec lruvec, MemcgLruOp op)
    {
        if (op == MemcgLruOp.None)
        {
            return;
        }
        int oldGen = lruvec.MemcgLruGen;
        int newGen = op switch
        {
            MemcgLruOp.Old => (int)(Seq % Gens),
            MemcgLruOp.Young => (int)((Seq + 1) % Gens),
            _ => oldGen,
        };
        int bin = NextBin();
        lruvec.MemcgLruSeg = op switch
        {
            MemcgLruOp.Head => SegHead,
            MemcgLruOp.Tail => SegTail,
            _ => SegDefault,
        };
        _lists[oldGen, lruvec.MemcgLruBin].Remove(lruvec);
        _count[oldGen]--;
        lruvec.MemcgLruGen = newGen;
        lruvec.MemcgLruBin = bin;
        List<MglruLruvec> list = _lists[newGen, bin];
        if (op is MemcgLruOp.Head or MemcgLruOp.Old)
        {
            list.Insert(0, lruvec);
        }
        else
        {
            list.Add(lruvec);
        }
        _count[newGen]++;
        if (_count[oldGen] == 0 && oldGen == (int)(Seq % Gens))
        {
            Seq++;
        }
    }

    public int NextBin()
    {
        // splitmix64: one step per draw, so that a run's bins follow from its seed alone.
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) >> 61);
    }

    private static List<MglruLruvec>[,] NewLists()
    {
        var lists = new List<MglruLruvec>[Gens, Bins];
        for (int gen = 0; gen < Gens; gen++)
        {
            for (int bin = 0; bin < Bins; bin++)
            {
                lists[gen, bin] = [];
            }
        }
        return lists;
    }
}
