using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>Shadow entries: what eviction leaves and what a refault makes of it.</content>
public sealed partial class MglruPolicy
{
    // Token: sequence above REFS_WIDTH low bits of the count; 30 bits are left of the shadow word.
    private uint SeqMask => (1u << (30 - _switches.RefsWidth)) - 1;

    internal override uint MakeShadow(int folio, ScanControl sc)
    {
        MglruLruvec lruvec = LruvecOf(folio);
        int type = Folios.TypeOf(folio);
        FolioFlags flags = Folios.Flags[folio];
        int tier = _refs.Tier(flags);
        lruvec.Evicted[lruvec.Hist(lruvec.MinSeqs[type]) + type * MglruLruvec.Tiers + tier] += Folios.PagesOf(folio);
        return Pack(flags, lruvec.MinSeqs[type]);
    }

    internal uint Pack(FolioFlags flags, long minSeq)
    {
        int refs = _refs.Refs(flags);
        bool bit = _switches.IsNew ? (flags & FolioFlags.Workingset) != 0 : refs > 0;
        uint token = (((uint)minSeq & SeqMask) << _switches.RefsWidth) | (uint)Math.Max(refs - 1, 0);
        return (token << 2) | (bit ? 2u : 0u) | 1u;
    }

    internal override (bool Recent, bool Restored) Refault(int folio, bool inFault)
    {
        uint shadow = Folios.Shadow[folio];
        MglruLruvec lruvec = LruvecOf(folio);
        int type = Folios.TypeOf(folio);
        RefaultVerdict verdict = Judge(shadow, lruvec.MaxSeq, lruvec.MinSeqs[type], inFault);
        ReclaimCounters counters = lruvec.Memcg.Counters;
        int pages = Folios.PagesOf(folio);
        if (verdict.Recent || _switches.CountEveryRefault)
        {
            counters.Refault[type] += pages;
            Model.Counters.Refault[type] += pages;
        }
        if (!verdict.Recent)
        {
            return (false, false);
        }
        lruvec.Refaulted[lruvec.Hist(lruvec.MinSeqs[type]) + type * MglruLruvec.Tiers + verdict.Tier] += pages;
        if (verdict.Activate)
        {
            counters.WorkingsetActivate[type] += pages;
            Model.Counters.WorkingsetActivate[type] += pages;
        }
        ref FolioFlags flags = ref Folios.Flags[folio];
        if (verdict.Restore)
        {
            flags |= FolioFlags.Workingset;
            if (!_switches.IsNew)
            {
                flags = FolioTable.WithRefsBits(flags, _refs.MaxBits);
            }
            counters.WorkingsetRestore[type] += pages;
            Model.Counters.WorkingsetRestore[type] += pages;
        }
        else if (_switches.IsNew)
        {
            flags = FolioTable.WithRefsBits(flags, verdict.Refs - 1);
        }
        return (true, verdict.Restore);
    }

    internal RefaultVerdict Judge(uint shadow, long maxSeq, long minSeq, bool inFault)
    {
        bool bit = (shadow & 2) != 0;
        uint token = shadow >> 2;
        uint seq = token >> _switches.RefsWidth;
        int low = (int)(token & ((1u << _switches.RefsWidth) - 1));
        if (!_switches.IsNew)
        {
            int refs = low + (bit ? 1 : 0);
            bool recent = seq == ((uint)minSeq & SeqMask);
            bool restore = recent && (inFault || refs >= _refs.MaxBits);
            return new RefaultVerdict(recent, refs, _refs.TierOf(refs, bit), _switches.CountEveryRefault, restore);
        }
        uint distance = ((uint)maxSeq & SeqMask) - seq & SeqMask;
        bool near = Math.Min(distance, (SeqMask + 1 - distance) & SeqMask) < _switches.MostGens;
        int newRefs = low + 1;
        bool activate = inFault && (bit || _switches.FaultInsert != FaultInsert.MarkAccessed);
        return new RefaultVerdict(near, newRefs, _refs.TierOf(newRefs, bit), activate, near && bit);
    }

    /// <summary>What a shadow says at refault time.</summary>
    internal readonly record struct RefaultVerdict(bool Recent, int Refs, int Tier, bool Activate, bool Restore);
}
