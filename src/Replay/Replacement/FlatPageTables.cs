using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement;

/// <summary>Primary page table and one fast secondary MMU as plain bitmaps, with notifier calls counted.</summary>
/// <remarks>Models: an x86 process with a TDP MMU, one entry per page. Omits: memslots, locks, levels, TLBs.</remarks>
public sealed class FlatPageTables : IPageTables
{
    private ulong[] _present = [];
    private ulong[] _young = [];
    private ulong[] _secondaryPresent = [];
    private ulong[] _secondaryYoung = [];
    private ulong[] _tableYoung = [];

    /// <summary>The secondary MMU has a notifier; without it secondary bits are never asked.</summary>
    public bool HasNotifiers { get; set; } = true;

    /// <summary>Mapping a page sets the accessed bit of the non-leaf entry.</summary>
    public bool MapSetsTableYoung { get; set; } = true;

    /// <summary>Aging calls to the secondary MMU since the start.</summary>
    public long NotifierCalls { get; private set; }

    /// <summary>Unmap calls to the secondary MMU since the start.</summary>
    public long Invalidations { get; private set; }

    /// <summary>Makes room.</summary>
    /// <param name="pages">Page ids 0 to this, exclusive.</param>
    public void Reserve(int pages)
    {
        int words = (pages + 63) >> 6;
        Array.Resize(ref _present, words);
        Array.Resize(ref _young, words);
        Array.Resize(ref _secondaryPresent, words);
        Array.Resize(ref _secondaryYoung, words);
        Array.Resize(ref _tableYoung, (words + 511) >> 9);
    }

    /// <inheritdoc/>
    public ulong Present(int word) => _present[word];

    /// <inheritdoc/>
    public ulong PrimaryYoung(int word) => _young[word];

    /// <inheritdoc/>
    public ulong ClearYoung(int word, ulong pages, SecondaryScope scope, YoungCaller caller)
    {
        ulong young = _young[word] & pages;
        _young[word] &= ~pages;
        if (scope != SecondaryScope.None && HasNotifiers)
        {
            NotifierCalls += System.Numerics.BitOperations.PopCount(pages);
            young |= _secondaryYoung[word] & pages;
            _secondaryYoung[word] &= ~pages;
        }
        return young;
    }

    /// <inheritdoc/>
    public YoungIn ClearTarget(int page, bool flush)
    {
        ulong bit = 1UL << page;
        int word = page >> 6;
        YoungIn where = (_young[word] & bit) != 0 ? YoungIn.Primary : YoungIn.None;
        _young[word] &= ~bit;
        if (HasNotifiers)
        {
            NotifierCalls++;
            where |= (_secondaryYoung[word] & bit) != 0 ? YoungIn.Secondary | YoungIn.FastSecondary : YoungIn.None;
            _secondaryYoung[word] &= ~bit;
        }
        return where;
    }

    /// <inheritdoc/>
    public bool Unmap(int page)
    {
        ulong bit = 1UL << page;
        int word = page >> 6;
        bool accessed = (_secondaryYoung[word] & bit) != 0;
        _present[word] &= ~bit;
        _young[word] &= ~bit;
        Invalidations += HasNotifiers ? 1 : 0;
        _secondaryPresent[word] &= ~bit;
        _secondaryYoung[word] &= ~bit;
        return accessed;
    }

    /// <inheritdoc/>
    public void Map(int page, bool young)
    {
        ulong bit = 1UL << page;
        _present[page >> 6] |= bit;
        if (young)
        {
            _young[page >> 6] |= bit;
        }
        if (MapSetsTableYoung)
        {
            _tableYoung[page >> 15] |= 1UL << (page >> 9);
        }
    }

    /// <inheritdoc/>
    public bool TableYoung(int table) => (_tableYoung[table >> 6] >> table & 1) != 0;

    /// <inheritdoc/>
    public void ClearTableYoung(int table) => _tableYoung[table >> 6] &= ~(1UL << table);

    /// <summary>A use through the primary page table of a present page.</summary>
    /// <param name="page">Page id.</param>
    public void TouchPrimary(int page)
    {
        _young[page >> 6] |= 1UL << page;
        _tableYoung[page >> 15] |= 1UL << (page >> 9);
    }

    /// <summary>A use through the secondary MMU; maps the page there if it was not.</summary>
    /// <param name="page">Page id.</param>
    public void TouchSecondary(int page)
    {
        _secondaryPresent[page >> 6] |= 1UL << page;
        _secondaryYoung[page >> 6] |= 1UL << page;
    }

    /// <summary>The secondary MMU maps the page.</summary>
    /// <param name="page">Page id.</param>
    /// <returns>True if mapped.</returns>
    public bool InSecondary(int page) => (_secondaryPresent[page >> 6] >> page & 1) != 0;

    /// <summary>The primary page table maps the page.</summary>
    /// <param name="page">Page id.</param>
    /// <returns>True if mapped.</returns>
    public bool InPrimary(int page) => (_present[page >> 6] >> page & 1) != 0;

    /// <summary>Accessed bit in the secondary MMU.</summary>
    /// <param name="page">Page id.</param>
    /// <returns>True if set.</returns>
    public bool SecondaryYoung(int page) => (_secondaryYoung[page >> 6] >> page & 1) != 0;

    /// <summary>Sets or clears single bits, for hand-made states.</summary>
    /// <param name="page">Page id.</param>
    /// <param name="primary">Accessed in the primary page table.</param>
    /// <param name="secondary">Accessed in the secondary MMU.</param>
    public void SetYoung(int page, bool primary, bool secondary)
    {
        ulong bit = 1UL << page;
        int word = page >> 6;
        _young[word] = primary ? _young[word] | bit : _young[word] & ~bit;
        _secondaryYoung[word] = secondary ? _secondaryYoung[word] | bit : _secondaryYoung[word] & ~bit;
        _secondaryPresent[word] |= bit;
    }
}
