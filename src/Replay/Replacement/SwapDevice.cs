using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>Swap slots and the writes to them.</summary>
/// <remarks>Models: mm/swapfile.c slot allocation and the block plug as far as reclaim sees them. Omits: several devices, priorities.</remarks>
internal sealed class SwapDevice(ReclaimModel model)
{
    private long _used;
    private int _plugs;

    public long Free => Math.Max(0, model.Switches.SwapPages - _used);

    /// <summary>Gives a folio outside the swap cache a slot; it becomes dirty, since its slot holds nothing yet.</summary>
    public bool TryGiveSlot(int folio)
    {
        int pages = model.Folios.PagesOf(folio);
        if (Free < pages)
        {
            return false;
        }
        _used += pages;
        model.Folios.Flags[folio] |= FolioFlags.SwapCache | FolioFlags.Dirty;
        return true;
    }

    /// <summary>The folio's (or swapped-out page's) slot is free again.</summary>
    public void Drop(int folio)
    {
        _used -= model.Folios.PagesOf(folio);
        model.Folios.Flags[folio] &= ~FolioFlags.SwapCache;
    }

    public void Settle() => _plugs = Math.Max(_plugs, 0);

    public void Plug() => _plugs++;

    public void Unplug() => _plugs--;

    /// <summary>Starts a write.</summary>
    /// <returns>True if the folio is clean at once.</returns>
    public bool Write(int folio)
    {
        model.Folios.Flags[folio] &= ~FolioFlags.Dirty;
        return true;
    }
}
