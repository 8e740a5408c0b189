using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Swap;

/// <summary>Swap slots, the writes to them and when they end.</summary>
/// <remarks>
/// Models: add_to_swap, swap_writepage, folio_end_writeback with their rotation. Omits: several devices, priorities, failing writes.
/// </remarks>
internal sealed class SwapDevice(ReclaimModel model)
{
    private readonly SwapSlots _slots = new(model.Switches.SwapClusterSlots);
    private readonly WritePlug _plug = new(model.Switches);
    private readonly List<int> _issued = [];
    private readonly List<int> _late = [];
    private long _used;
    private int _plugs;

    public long Free => Math.Max(0, model.Switches.SwapPages - _used);

    /// <summary>More than half of the swap is used: slots are freed even by read faults.</summary>
    public bool NearlyFull => _used * 2 > model.Switches.SwapPages;

    public SwapSlots Slots => _slots;

    private bool KeepsSlots => model.Switches.IoModel != IoModel.Instant || model.Switches.SwapReadaround;

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
        if (KeepsSlots)
        {
            _slots.Give(folio, model.Folios.Count);
        }
        return true;
    }

    /// <summary>The folio's (or swapped-out page's) slot is free again.</summary>
    public void Drop(int folio)
    {
        _used -= model.Folios.PagesOf(folio);
        model.Folios.Flags[folio] &= ~FolioFlags.SwapCache;
        if (KeepsSlots)
        {
            _slots.Drop(folio);
        }
    }

    /// <summary>Starts a write.</summary>
    /// <returns>True if the folio is clean at once.</returns>
    public bool Write(int folio)
    {
        ref FolioFlags flags = ref model.Folios.Flags[folio];
        flags &= ~FolioFlags.Dirty;
        if ((flags & FolioFlags.Zero) != 0 && model.Switches.ZeroPagesFreedAtOnce)
        {
            flags &= ~FolioFlags.Reclaim;
            return true;
        }
        flags |= FolioFlags.Writeback | FolioFlags.Reclaim;
        int pages = model.Folios.PagesOf(folio);
        model.Counters.PswpOut += pages;
        model.Count(folio).PswpOut += pages;
        int slot = _slots.SlotOf(folio);
        if (_plug.MustIssueBefore(slot))
        {
            Issue();
        }
        _plug.Add(folio, slot, pages);
        if (_plugs == 0)
        {
            Issue();
        }
        return false;
    }

    public void Plug() => _plugs++;

    /// <summary>Issues what was gathered.</summary>
    /// <param name="late">The next batch follows at once, sooner than the disk: the writes end with it.</param>
    public void Unplug(bool late = false)
    {
        if (--_plugs > 0)
        {
            return;
        }
        if (late && model.Switches.SwapWriteLag)
        {
            _late.AddRange(_plug.Folios);
            _plug.Clear();
        }
        else
        {
            Issue();
        }
    }

    /// <summary>A batch was worked through, which took longer than the disk does: the writes issued before it have ended.</summary>
    public void BatchDone()
    {
        for (int i = 0; i < _late.Count; i++)
        {
            EndWrite(_late[i]);
        }
        _late.Clear();
    }

    /// <summary>Every write that waits ends.</summary>
    public void Settle()
    {
        BatchDone();
        Issue();
    }

    /// <summary>A folio is dropped while its write waits.</summary>
    public void Forget(int folio)
    {
        if (model.Folios.Has(folio, FolioFlags.Writeback))
        {
            _plug.Folios.Remove(folio);
            _late.Remove(folio);
        }
    }

    private void Issue()
    {
        if (_plug.Folios.Count == 0)
        {
            return;
        }
        _issued.Clear();
        _issued.AddRange(_plug.Folios);
        _plug.Clear();
        foreach (int folio in _issued)
        {
            EndWrite(folio);
        }
    }

    private void EndWrite(int folio)
    {
        ref FolioFlags flags = ref model.Folios.Flags[folio];
        bool wanted = (flags & FolioFlags.Reclaim) != 0;
        flags &= ~(FolioFlags.Writeback | FolioFlags.Reclaim);
        if (wanted)
        {
            model.RotateWhenDrained(folio);
        }
    }
}
