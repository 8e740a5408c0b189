using System.Numerics;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Lists;

/// <summary>Buffered accesses counted in the flag word, in the encoding of a kernel, and the tier they make.</summary>
/// <remarks>Models: folio_inc_refs, folio_lru_refs, lru_tier_from_refs (6.1 to 6.13), lru_gen_inc_refs (6.14 on). Omits: nothing.</remarks>
internal readonly struct RefCounts(RefEncoding encoding, int refsWidth)
{
    private readonly bool _new = encoding == RefEncoding.New;
    private readonly int _max = (1 << refsWidth) - 1;

    /// <summary>Flags after one more buffered access.</summary>
    public FolioFlags Increment(FolioFlags flags)
    {
        if ((flags & FolioFlags.Unevictable) != 0)
        {
            return flags;
        }
        int bits = FolioTable.RefsBits(flags);
        if ((flags & FolioFlags.Referenced) == 0)
        {
            return (_new ? flags & ~FolioFlags.RefsMask : flags) | FolioFlags.Referenced;
        }
        if (_new)
        {
            return bits < _max ? FolioTable.WithRefsBits(flags, bits + 1) : flags | FolioFlags.Workingset;
        }
        if ((flags & FolioFlags.Workingset) == 0)
        {
            return flags | FolioFlags.Workingset;
        }
        return bits < _max ? FolioTable.WithRefsBits(flags, bits + 1) : flags;
    }

    public int Refs(FolioFlags flags) => _new
        ? (flags & FolioFlags.Referenced) != 0 ? FolioTable.RefsBits(flags) + 1 : 0
        : FolioTable.RefsBits(flags) + ((flags & FolioFlags.Workingset) != 0 ? 1 : 0);

    public int Tier(FolioFlags flags) => TierOf(Refs(flags), (flags & FolioFlags.Workingset) != 0);

    /// <summary>Tier of a count, as the refault side computes it.</summary>
    public int TierOf(int refs, bool workingset) => _new
        ? workingset ? 3 : CeilLog2(refs)
        : CeilLog2(refs + 1);

    public bool Saturated(FolioFlags flags) => _new
        ? Refs(flags) + ((flags & FolioFlags.Workingset) != 0 ? 1 : 0) == _max + 2
        : Refs(flags) == _max + 1;

    public int MaxBits => _max;

    private static int CeilLog2(int value) => value <= 1 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)(value - 1));
}
