using System.Runtime.CompilerServices;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>What a sighting does to a folio.</content>
public sealed partial class MglruPolicy
{
    /// <summary>A walk, or look-around with a walk object, saw the folio young.</summary>
    /// <returns>True if its generation changed.</returns>
    internal bool Promote(MglruLruvec lruvec, int folio)
    {
        int gen = Folios.GenOf(folio);
        ref FolioFlags flags = ref Folios.Flags[folio];
        if (_switches.WalkPromotion == WalkPromotion.FirstSight)
        {
            if (gen == 0)
            {
                flags |= FolioFlags.Referenced;
                return false;
            }
            flags &= ~FolioFlags.AllRefs;
            return MoveField(lruvec, folio, gen);
        }
        if (gen == 0)
        {
            return false;
        }
        if ((flags & (FolioFlags.Referenced | FolioFlags.Workingset)) == 0 && !FirstSightExec(flags))
        {
            flags = (flags & ~FolioFlags.RefsMask) | FolioFlags.Referenced;
            return false;
        }
        flags = (flags & ~FolioFlags.AllRefs) | FolioFlags.Workingset;
        return MoveField(lruvec, folio, gen);
    }

    /// <summary>Counts a sighting in the flags, without moving the folio.</summary>
    /// <returns>True if the folio should be activated.</returns>
    internal bool SetRefs(int folio)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if ((flags & (FolioFlags.Referenced | FolioFlags.Workingset)) == 0 && !FirstSightExec(flags))
        {
            flags = (flags & ~FolioFlags.RefsMask) | FolioFlags.Referenced;
            return false;
        }
        if (_switches.RmapSecondSight == RmapSecondSight.CountRefs && _refs.Refs(flags) <= 1 && !FirstSightExec(flags))
        {
            flags = _refs.Increment(flags);
        }
        else
        {
            flags = (flags & ~FolioFlags.AllRefs) | FolioFlags.Workingset;
        }
        return true;
    }

    private bool FirstSightExec(FolioFlags flags) => _switches.ExecFileFirstSight
        && (flags & (FolioFlags.ExecFile | FolioFlags.SwapBacked)) == FolioFlags.ExecFile;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MoveField(MglruLruvec lruvec, int folio, int gen)
    {
        int newGen = (int)(lruvec.MaxSeq & 3) + 1;
        if (gen == newGen)
        {
            return false;
        }
        int type = Folios.TypeOf(folio);
        int zone = Folios.ZoneOf(folio);
        int pages = Folios.PagesOf(folio);
        lruvec.NrPages[lruvec.Index(gen - 1, type, zone)] -= pages;
        lruvec.NrPages[lruvec.Index(newGen - 1, type, zone)] += pages;
        Folios.SetGen(folio, newGen);
        Model.Counters.Promotions++;
        return true;
    }

    /// <summary>A young neighbour where no walk object exists.</summary>
    private bool ActivateNeighbour(MglruLruvec lruvec, int folio)
    {
        int gen = Folios.GenOf(folio);
        ref FolioFlags flags = ref Folios.Flags[folio];
        int newest = (int)(lruvec.MaxSeq & 3) + 1;
        if (_switches.IsNew)
        {
            if (SetRefs(folio) && gen != 0 && gen != newest)
            {
                Activate(folio);
                return true;
            }
            return false;
        }
        if (gen == 0)
        {
            flags |= FolioFlags.Referenced;
            return false;
        }
        if (gen == newest)
        {
            return false;
        }
        if (_switches.ActiveInsertClearsRefs)
        {
            flags &= ~FolioFlags.AllRefs;
        }
        Activate(folio);
        return true;
    }
}
