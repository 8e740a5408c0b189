using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>Multi-generational lists of one memcg: generations, feedback counters and the state of its walks.</summary>
/// <remarks>Models: struct lru_gen_folio and lru_gen_mm_state. Omits: locks; transiently negative sizes.</remarks>
public sealed class MglruLruvec
{
    internal const int MinGens = 2;
    internal const int MaxGens = 4;
    internal const int Tiers = 4;
    internal const int MinBatch = 64;
    internal const int MaxBatch = 4096;

    internal readonly FolioList[] Lists;
    internal readonly long[] NrPages;
    internal readonly long[] MinSeqs;
    internal readonly long[] BirthNs = new long[MaxGens];
    internal readonly long[] AvgRefaulted = new long[2 * Tiers];
    internal readonly long[] AvgTotal = new long[2 * Tiers];
    internal readonly long[] Refaulted;
    internal readonly long[] Evicted;
    internal readonly long[] Protected;
    internal readonly TableFilter Filter;

    /// <summary>Mms below this index were there at the last iteration.</summary>
    internal int KnownSpaces;

    internal MglruLruvec(Memcg memcg, int zones, int histGens, Settings.BloomKind bloom, long nowNs, int mostGens = MaxGens)
    {
        MostGens = mostGens;
        MinSeqs = [MaxGens - mostGens, MaxGens - mostGens];
        Memcg = memcg;
        Zones = zones;
        HistGens = histGens;
        Lists = new FolioList[MaxGens * 2 * zones];
        Array.Fill(Lists, FolioList.Empty);
        NrPages = new long[Lists.Length];
        Array.Fill(BirthNs, nowNs);
        Refaulted = new long[histGens * 2 * Tiers];
        Evicted = new long[histGens * 2 * Tiers];
        Protected = new long[histGens * 2 * Tiers];
        Filter = new TableFilter(bloom);
    }

    /// <summary>Owner.</summary>
    public Memcg Memcg { get; }

    /// <summary>Youngest generation.</summary>
    public long MaxSeq { get; internal set; } = 3;

    /// <summary>Last finished walk iteration.</summary>
    public long WalkSeq { get; internal set; } = 2;

    /// <summary>Walk figures of the iteration under way: leaf total, leaf young, tables found, tables added.</summary>
    public long[] WalkStats { get; } = new long[4];

    /// <summary>Walk figures of the last finished iteration.</summary>
    public long[] WalkStatsLast { get; } = new long[4];

    /// <summary>Most generations at once; fewer than <see cref="MaxGens"/> only in an ablation. Slots stay numbered modulo that.</summary>
    internal int MostGens { get; }

    internal int Zones { get; }

    internal int HistGens { get; }

    internal int MemcgLruGen { get; set; }

    internal int MemcgLruSeg { get; set; }

    internal int MemcgLruBin { get; set; }

    /// <summary>Oldest generation of a type.</summary>
    /// <param name="type">0 anon, 1 file.</param>
    /// <returns>Its sequence.</returns>
    public long MinSeq(int type) => MinSeqs[type];

    /// <summary>Pages of a generation by the generation field, wherever the folios physically are.</summary>
    /// <param name="seq">Sequence.</param>
    /// <param name="type">0 anon, 1 file.</param>
    /// <returns>Base pages; 0 outside the type's generations.</returns>
    public long Pages(long seq, int type) => seq < MinSeqs[type] || seq > MaxSeq ? 0 : SlotPages(seq, type);

    /// <summary>When a generation was created.</summary>
    /// <param name="seq">Sequence between the oldest and the youngest.</param>
    /// <returns>Nanoseconds of the trace clock.</returns>
    public long BornNs(long seq) => BirthNs[seq & 3];

    internal long SlotPages(long seq, int type)
    {
        long sum = 0;
        for (int zone = 0; zone < Zones; zone++)
        {
            sum += Math.Max(0, NrPages[Index((int)(seq & 3), type, zone)]);
        }
        return sum;
    }

    internal int Gens(int type) => (int)(MaxSeq - MinSeqs[type] + 1);

    internal int Index(int slot, int type, int zone) => (slot * 2 + type) * Zones + zone;

    internal int Hist(long seq) => (int)(seq % HistGens) * 2 * Tiers;

    internal bool ListEmpty(long seq, int type)
    {
        for (int zone = 0; zone < Zones; zone++)
        {
            if (!Lists[Index((int)(seq & 3), type, zone)].IsEmpty)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Sequence of a generation field, for folios on a list.</summary>
    internal long SeqOf(int gen) => MaxSeq - ((MaxSeq - (gen - 1)) & 3);
}
