using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>The page tables of one host process: presence, accessed and dirty bits, leaf size and frame of every host page.</summary>
/// <remarks>
/// Models: PTE, PMD and PUD leafs of an mm on x86-64 and arm64; page numbers are host virtual addresses divided by 4096.
/// Omits: accessed bits of non-leaf entries. Hardware sets them on host walks only, so they stay clear for memory that only a guest uses;
/// <see cref="NonleafYoung"/> answers what a pruning walk would read.
/// </remarks>
public sealed class PrimaryMmu
{
    private readonly PageTree _tree = new(new EntryTables(), 0);
    private readonly HashSet<ulong> _walkedByHost = [];

    /// <summary>The mappings.</summary>
    public VmaTable Vmas { get; } = new();

    /// <summary>Leafs of any size.</summary>
    public long LeafCount => _tree.LeafCount;

    /// <summary>Bytes held for tables.</summary>
    public long SizeBytes => _tree.Tables.SizeBytes;

    /// <summary>Host fault: maps a page or block, young, and dirty if it was a store.</summary>
    /// <param name="page">Host page; aligned to the leaf size for blocks.</param>
    /// <param name="frame">Frame of the first page.</param>
    /// <param name="write">The fault was a store.</param>
    /// <param name="level">1 = PTE, 2 = PMD, 3 = PUD leaf.</param>
    /// <param name="writable">The entry allows stores.</param>
    /// <param name="special">Special or PFN-mapped entry.</param>
    /// <returns>False when a larger leaf is in the way or pages are mapped below a wanted block; nothing is changed then.</returns>
    public bool Map(ulong page, Pfn frame, bool write, int level = 1, bool writable = true, bool special = false)
    {
        EntryRef at = _tree.Reach(page, level);
        int child = _tree.ChildOf(at);
        if (child >= 0 && at.Level == level && _tree.Tables.Used(child) == 0)
        {
            // A table that unmaps have emptied makes room for a block.
            _tree.DropChild(at);
            child = -1;
        }
        if (at.Level != level || child >= 0)
        {
            return false;
        }
        int planes = (1 << EntryPlane.Leaf) | (1 << EntryPlane.Young) | (write ? 1 << EntryPlane.Dirty : 0)
            | (writable || write ? 1 << EntryPlane.Writable : 0) | (special ? 1 << EntryPlane.Special : 0);
        _tree.SetLeaf(at, frame.Value, (byte)planes);
        _walkedByHost.Add(page >> 9);
        return true;
    }

    /// <summary>A load or store of a host CPU: sets the accessed bit, a store the dirty bit; no secondary entry changes.</summary>
    /// <returns>False when the page is not mapped (a fault of the caller's).</returns>
    public bool Touch(ulong page, bool write)
    {
        EntryRef at = _tree.Find(page);
        if (!IsLeaf(at))
        {
            return false;
        }
        Span<ulong> line = _tree.Tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        line[EntryPlane.Young] |= bit;
        line[EntryPlane.Dirty] |= write ? bit : 0;
        _walkedByHost.Add(page >> 9);
        return true;
    }

    /// <summary>Removes all leafs of host pages [start, end); blocks that reach outside are split first.</summary>
    /// <returns>Leafs removed.</returns>
    public long Unmap(ulong start, ulong end)
    {
        long before = _tree.LeafCount;
        long split = 0;
        ulong page = start;
        while ((page = _tree.NextPopulated(page, end)) < end)
        {
            EntryRef at = _tree.Find(page);
            ulong span = 1UL << (9 * (at.Level - 1));
            if (at.Level > 1 && ((page & (span - 1)) != 0 || end - page < span))
            {
                _tree.Split(at);
                split += PageSize.PagesPerTable - 1;
                continue;
            }
            _tree.Clear(at);
            page += span;
        }
        return before + split - _tree.LeafCount;
    }

    /// <summary>Splits a block into 512 entries that carry on its bits, as a THP split does.</summary>
    /// <returns>False when no block of level 2 or 3 maps the page.</returns>
    public bool SplitHuge(ulong page)
    {
        EntryRef at = _tree.Find(page);
        if (at.Level == 1 || !IsLeaf(at))
        {
            return false;
        }
        _tree.Split(at);
        return true;
    }

    /// <summary>Collapses 512 entries into a block, as khugepaged does: what was below is forgotten, the block is young.</summary>
    /// <param name="page">First page, aligned to 512.</param>
    /// <param name="frame">Frame of the first page.</param>
    public void Collapse(ulong page, Pfn frame)
    {
        EntryRef at = _tree.Reach(page, 2);
        _tree.DropChild(at);
        Map(page, frame, write: true, level: 2);
    }

    /// <summary>Level of the leaf over a page: 1 to 3, or 0 when it is not mapped. KVM maps huge only where this is huge.</summary>
    public int LevelOf(ulong page)
    {
        EntryRef at = _tree.Find(page);
        return IsLeaf(at) ? at.Level : 0;
    }

    /// <summary>Frame that backs a page; 0 when it is not mapped.</summary>
    public Pfn FrameOf(ulong page)
    {
        EntryRef at = _tree.Find(page);
        return IsLeaf(at) ? new Pfn(_tree.Tables.Value(at.Table, at.Index) + (page & ((1UL << (9 * (at.Level - 1))) - 1))) : default;
    }

    /// <summary>Whether a store is allowed by the entry.</summary>
    public bool IsWritable(ulong page) => Has(page, EntryPlane.Writable);

    /// <summary>Whether the page is mapped by a special or PFN-mapped entry, which aging leaves out.</summary>
    public bool IsSpecial(ulong page) => Has(page, EntryPlane.Special);

    /// <summary>Accessed bit of the leaf over a page; false when not mapped.</summary>
    public bool IsYoung(ulong page) => Has(page, EntryPlane.Young);

    /// <summary>Dirty bit of the leaf over a page; false when not mapped.</summary>
    public bool IsDirty(ulong page) => Has(page, EntryPlane.Dirty);

    /// <summary>Changes whether stores are allowed in [start, end), as mprotect does; the caller sends the invalidation.</summary>
    public void Protect(ulong start, ulong end, bool writable)
    {
        ulong page = start;
        while ((page = _tree.NextPopulated(page, end)) < end)
        {
            EntryRef at = _tree.Find(page);
            Span<ulong> line = _tree.Tables.Line(at.Table, at.Index);
            ulong bit = 1UL << (at.Index & 63);
            line[EntryPlane.Writable] = writable ? line[EntryPlane.Writable] | (bit & line[EntryPlane.Leaf]) : line[EntryPlane.Writable] & ~bit;
            page += at.PagesLeft(page);
        }
    }

    /// <summary>Tests and clears the accessed bit of the leaf over a page.</summary>
    /// <returns>Whether it was set.</returns>
    public bool TestAndClearYoung(ulong page) => TestAndClearYoungWord(page, 1) != 0;

    /// <summary>Tests and clears up to 64 accessed bits.</summary>
    /// <param name="page">Host page of bit 0.</param>
    /// <param name="asked">Bit i set: page + i is asked.</param>
    /// <returns>Bit i set: page + i was asked and young.</returns>
    public ulong TestAndClearYoungWord(ulong page, ulong asked)
    {
        AgeTally tally = default;
        return EntryBits.AgeWord(_tree, page, asked, clear: true, ref tally);
    }

    /// <summary>Presence of 64 pages.</summary>
    /// <param name="page">Host page of bit 0.</param>
    /// <returns>Bit i set: page + i is mapped.</returns>
    public ulong PresentWord(ulong page) => EntryBits.ReadWord(_tree, page, EntryPlane.Leaf);

    /// <summary>Accessed bits of 64 pages; clears nothing.</summary>
    /// <param name="page">Host page of bit 0.</param>
    /// <returns>Bit i set: page + i is mapped and young.</returns>
    public ulong YoungWord(ulong page) => EntryBits.ReadWord(_tree, page, EntryPlane.Young);

    /// <summary>Pages of 64 that aging may ask: mapped and not special.</summary>
    /// <param name="page">Host page of bit 0.</param>
    public ulong EligibleWord(ulong page) => PresentWord(page) & ~EntryBits.ReadWord(_tree, page, EntryPlane.Special);

    /// <summary>What a walk reads in the accessed bit of the PMD entry over a page: set by host CPU walks only, cleared by the walk itself.</summary>
    /// <param name="page">Host page.</param>
    /// <param name="clear">Also clears it.</param>
    public bool NonleafYoung(ulong page, bool clear) => clear ? _walkedByHost.Remove(page >> 9) : _walkedByHost.Contains(page >> 9);

    private bool Has(ulong page, int plane)
    {
        EntryRef at = _tree.Find(page);
        return IsLeaf(at) && _tree.Tables.Has(at.Table, at.Index, plane);
    }

    private bool IsLeaf(EntryRef at) => at.Table >= 0 && _tree.Tables.Has(at.Table, at.Index, EntryPlane.Leaf);
}
