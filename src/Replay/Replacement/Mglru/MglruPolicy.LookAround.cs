using System.Numerics;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <content>The test of one isolated folio and the look at its neighbours.</content>
public sealed partial class MglruPolicy
{
    internal override RefCheck CheckReferences(int folio, ScanControl sc, out YoungIn young)
    {
        int referenced = Referenced(folio, sc, out young, out bool mlocked);
        return DecideReferences(folio, referenced, mlocked);
    }

    /// <summary>The reference check, given what the test of the mappings said.</summary>
    internal RefCheck DecideReferences(int folio, int referenced, bool mlocked)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if (!_switches.IsNew)
        {
            return ReferenceRules.Classic(ref flags, referenced, mlocked, clearFirst: true, cleanResult: _switches.ReclaimCleanResult);
        }
        return mlocked ? RefCheck.Activate
            : referenced < 0 ? RefCheck.Keep
            : referenced == 0 ? RefCheck.Reclaim
            : SetRefs(folio) ? RefCheck.Activate
            : RefCheck.Keep;
    }

    private int Referenced(int folio, ScanControl sc, out YoungIn young, out bool mlocked)
    {
        young = YoungIn.None;
        mlocked = Folios.Has(folio, FolioFlags.MlockedMapping);
        if (mlocked || !Folios.Has(folio, FolioFlags.Mapped))
        {
            return 0;
        }
        if (Folios.Has(folio, FolioFlags.RefTestFails))
        {
            return -1;
        }
        Model.Counters.RmapTests++;
        Vma? vma = Model.VmaOf(folio);
        if (vma is not null && (vma.Flags & VmaFlags.Mlocked) != 0)
        {
            mlocked = true;
            return 0;
        }
        VmaFlags ignored = _switches.LookAroundTrigger == LookAroundTrigger.Primary && _switches.ForceScanWalksWithoutHw
            ? VmaFlags.SequentialRead
            : VmaFlags.SequentialRead | VmaFlags.NoRecency;
        if (vma is not null && (vma.Flags & ignored) != 0)
        {
            return 0;
        }
        bool any = false;
        int pages = Folios.PagesOf(folio);
        for (int page = folio; page < folio + pages; page++)
        {
            if ((Model.Pages.Present(page >> 6) >> page & 1) == 0)
            {
                continue;
            }
            YoungIn where = TestEntry(page, folio, vma, sc);
            young |= where;
            any |= where != YoungIn.None;
        }
        return any ? 1 : 0;
    }

    private YoungIn TestEntry(int page, int folio, Vma? vma, ScanControl sc)
    {
        bool flush = _switches.SecondaryAtEvictionFlush;
        if (_switches.LookAroundTrigger == LookAroundTrigger.Primary && flush)
        {
            bool primary = (Model.Pages.PrimaryYoung(page >> 6) >> page & 1) != 0;
            if (primary)
            {
                // The window holds the target: this is the visit that clears its primary bit.
                LookAround(page, folio, vma, sc);
            }
            return Model.Pages.ClearTarget(page, flush) | (primary ? YoungIn.Primary : YoungIn.None);
        }
        YoungIn where = Model.Pages.ClearTarget(page, flush);
        bool look = _switches.LookAroundTrigger switch
        {
            LookAroundTrigger.Any => where != YoungIn.None,
            LookAroundTrigger.Primary => (where & YoungIn.Primary) != 0,
            _ => (where & (YoungIn.Primary | YoungIn.FastSecondary)) != 0,
        };
        if (look)
        {
            LookAround(page, folio, vma, sc);
        }
        return where;
    }

    private void LookAround(int page, int folio, Vma? vma, ScanControl sc)
    {
        MglruLruvec lruvec = LruvecOf(folio);
        bool targetInLoop = _switches.LookAroundTargetAgain == TargetAgain.Yes;
        int low = page;
        int high = page + 1;
        if (vma is not null)
        {
            if ((vma.Flags & VmaFlags.Special) != 0 && !targetInLoop)
            {
                return;
            }
            long target = vma.StartVpn + (page - vma.FirstPage);
            (long lowVpn, long highVpn) = LookAroundWindow.Of(target, vma.StartVpn, vma.EndVpn);
            low = vma.FirstPage + (int)(lowVpn - vma.StartVpn);
            high = vma.FirstPage + (int)(highVpn - vma.StartVpn);
        }
        if (high - low == 1 && !targetInLoop)
        {
            return;
        }
        if (!_switches.LookAround)
        {
            // Ablated: the target's own visit still has to happen where the loop is its only one.
            if (!targetInLoop)
            {
                return;
            }
            low = page;
            high = page + 1;
        }
        AddressSpace space = Model.SpaceOf(page);
        int young = targetInLoop ? 0 : 1;
        int read = 0;
        int before = young;
        for (int word = low >> 6; word << 6 < high; word++)
        {
            ulong asked = RangeMask(word, low, high) & Eligible(word, lruvec, space, 200);
            if (_switches.LookAroundTargetAgain == TargetAgain.No && page >> 6 == word)
            {
                asked &= ~(1UL << page);
            }
            if (asked == 0)
            {
                continue;
            }
            ulong found = Model.Pages.ClearYoung(word, asked, _switches.SecondaryInAging, YoungCaller.LookAround);
            read += BitOperations.PopCount(asked);
            young += BitOperations.PopCount(found);
            PromoteWord(lruvec, word, found, YoungCaller.LookAround, sc.HasWalk);
        }
        Model.Counters.LookArounds++;
        Model.Counters.LookAroundPtes += read;
        Model.Counters.LookAroundWasted += read - (young - before);
        if (vma is not null && Suitable(high - low, young))
        {
            lruvec.Filter.Add(lruvec.MaxSeq, Model.TableKey(vma, (vma.StartVpn + (page - vma.FirstPage)) >> 9));
        }
    }
}
