using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement;

/// <summary>Decides isolated folios one by one: keep, activate, write, free. Shared by generation lists and classic lists.</summary>
/// <remarks>Models: shrink_folio_list of mm/vmscan.c. Omits: demotion, lazily freed pages, file system private data.</remarks>
internal sealed class FolioReclaimer(ReclaimModel model)
{
    private int _dirtyFiles;

    /// <summary>Pages handed to the swap writer by the last call.</summary>
    public long PagesWritten { get; private set; }

    /// <summary>Works through a batch, oldest first; freed folios leave it, the rest stay in order.</summary>
    /// <returns>Base pages freed.</returns>
    public long Shrink(List<int> batch, ScanControl sc, Memcg memcg, bool ignoreReferences)
    {
        FolioTable folios = model.Folios;
        long freed = 0;
        int kept = 0;
        PagesWritten = 0;
        _dirtyFiles = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            int folio = batch[i];
            int pages = folios.PagesOf(folio);
            int type = folios.TypeOf(folio);
            FolioFate fate = Decide(folio, sc, ignoreReferences, out YoungIn young);
            if (fate == FolioFate.Freed)
            {
                freed += pages;
                memcg.Counters.PgSteal[type] += pages;
                memcg.Counters.PgStealBy[(int)sc.Caller] += pages;
                model.Counters.PgSteal[type] += pages;
                model.Counters.PgStealBy[(int)sc.Caller] += pages;
                model.FreeReclaimed(folio, sc);
            }
            else
            {
                if (fate == FolioFate.Activated && (folios.Flags[folio] & FolioFlags.Unevictable) == 0)
                {
                    folios.Flags[folio] |= FolioFlags.Active;
                    memcg.Counters.PgActivate += pages;
                    model.Counters.PgActivate += pages;
                }
                batch[kept++] = folio;
            }
            model.Observer.Decided(folio, fate, young);
        }
        sc.DirtyFiles += _dirtyFiles;
        if (_dirtyFiles > 0 && _dirtyFiles == batch.Count && (!model.Switches.Mglru || model.Switches.MglruWakesFlusher == FlusherWake.Batch))
        {
            model.Flusher.Wake();
        }
        batch.RemoveRange(kept, batch.Count - kept);
        sc.NrReclaimed += freed;
        return freed;
    }

    private FolioFate Decide(int folio, ScanControl sc, bool ignoreReferences, out YoungIn young)
    {
        FolioTable folios = model.Folios;
        ReclaimSwitches switches = model.Switches;
        young = YoungIn.None;
        FolioFlags flags = folios.Flags[folio];
        if ((flags & FolioFlags.Locked) != 0)
        {
            return FolioFate.Kept;
        }
        if ((flags & FolioFlags.Unevictable) != 0)
        {
            return FolioFate.Activated;
        }
        bool mapped = (flags & FolioFlags.Mapped) != 0;
        if (mapped && !sc.MayUnmap)
        {
            return FolioFate.Kept;
        }
        if (switches.Mglru && !switches.IsNew && !ignoreReferences && mapped && (flags & FolioFlags.Referenced) != 0)
        {
            return FolioFate.Kept;
        }
        if ((flags & FolioFlags.Writeback) != 0)
        {
            folios.Flags[folio] |= FolioFlags.Reclaim;
            return FolioFate.Activated;
        }
        RefCheck check = ignoreReferences ? RefCheck.Reclaim : model.Policy.CheckReferences(folio, sc, out young);
        if (check is RefCheck.Keep)
        {
            return FolioFate.Kept;
        }
        if (check is RefCheck.Activate)
        {
            return FolioFate.Activated;
        }
        return Take(folio, sc, check);
    }

    /// <summary>Slot, unmap, write, free.</summary>
    private FolioFate Take(int folio, ScanControl sc, RefCheck check)
    {
        FolioTable folios = model.Folios;
        bool anon = folios.TypeOf(folio) == 0;
        if (folios.Has(folio, FolioFlags.Mapped) && model.Counters.PgUnmap >= model.UnmapLimit && model.LimitedPages?.Invoke(folio) != false)
        {
            return FolioFate.Kept;
        }
        if (anon && !folios.Has(folio, FolioFlags.SwapCache))
        {
            if (!sc.MayIo)
            {
                return FolioFate.Kept;
            }
            if (!model.Swap.TryGiveSlot(folio))
            {
                return FolioFate.Activated;
            }
        }
        if (folios.Has(folio, FolioFlags.Mapped))
        {
            model.UnmapFolio(folio);
        }
        if (folios.Has(folio, FolioFlags.Pinned))
        {
            return FolioFate.Activated;
        }
        if (folios.Has(folio, FolioFlags.Dirty))
        {
            FolioFate? fate = WriteOut(folio, anon, sc, check);
            if (fate is not null)
            {
                return fate.Value;
            }
        }
        if (folios.Has(folio, FolioFlags.BuffersBusy))
        {
            return FolioFate.Activated;
        }
        // A batch that waits for its CPU holds a reference: the mapping cannot let go of the folio.
        return folios.Has(folio, FolioFlags.Moving) ? FolioFate.Kept : FolioFate.Freed;
    }

    /// <summary>Null if the folio is clean now and can be freed.</summary>
    private FolioFate? WriteOut(int folio, bool anon, ScanControl sc, RefCheck check)
    {
        FolioTable folios = model.Folios;
        if (model.Switches.IoModel == IoModel.Instant)
        {
            PagesWritten += anon ? folios.PagesOf(folio) : 0;
            folios.Flags[folio] &= ~FolioFlags.Dirty;
            return null;
        }
        if (!anon)
        {
            // The flusher writes file pages; reclaim only marks them.
            folios.Flags[folio] |= FolioFlags.Reclaim;
            _dirtyFiles++;
            return FolioFate.Activated;
        }
        if (check == RefCheck.ReclaimClean || !sc.MayIo || folios.Has(folio, FolioFlags.Activating))
        {
            return FolioFate.Kept;
        }
        PagesWritten += folios.PagesOf(folio);
        return model.Swap.Write(folio) ? null : FolioFate.Writing;
    }
}
