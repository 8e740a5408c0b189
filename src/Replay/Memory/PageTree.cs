using System.Runtime.CompilerServices;
using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>One hierarchy of page tables: page number to entry, with leafs of 4 KiB, 2 MiB and 1 GiB.</summary>
/// <remarks>
/// Models: a multi-level page table below one root.
/// Omits: the levels above 1 GiB, which hold no leafs and no accessed bit that aging reads; a flat directory stands for them.
/// </remarks>
public sealed class PageTree
{
    /// <summary>Highest page number plus one: 57 bits of address, 45 bits of pages.</summary>
    public const ulong PageLimit = 1UL << 45;

    private const int TopShift = 27;
    private readonly int _role;
    private int[] _top = [];
    private ulong _lastSpan = ulong.MaxValue;
    private int _lastTable;

    /// <summary>Creates an empty hierarchy.</summary>
    /// <param name="tables">Storage, shared by all hierarchies of one MMU.</param>
    /// <param name="role">Number or flags of the owner, given to every table.</param>
    public PageTree(EntryTables tables, int role)
    {
        Tables = tables;
        _role = role;
    }

    /// <summary>The storage.</summary>
    public EntryTables Tables { get; }

    /// <summary>Tables of this hierarchy.</summary>
    public int TableCount { get; private set; }

    /// <summary>Leafs of any level.</summary>
    public long LeafCount { get; private set; }

    /// <summary>Level-3 tables plus one, 0 where there is none; for checks.</summary>
    internal ReadOnlySpan<int> Tops => _top;

    /// <summary>Finds the deepest entry that covers <paramref name="page"/>, whatever it holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EntryRef Find(ulong page)
    {
        if (page >> 9 == _lastSpan)
        {
            return new EntryRef(_lastTable, (int)(page & 511), 1);
        }
        return Walk(page);
    }

    private EntryRef Walk(ulong page)
    {
        ulong top = page >> TopShift;
        if (top >= (ulong)_top.Length || _top[top] == 0)
        {
            return new EntryRef(-1, 0, 4);
        }
        int table = _top[top] - 1;
        int index = (int)(page >> 18 & 511);
        ulong value = Tables.Value(table, index);
        if ((value & EntryTables.ChildTag) == 0)
        {
            return new EntryRef(table, index, 3);
        }
        table = (int)value;
        index = (int)(page >> 9 & 511);
        value = Tables.Value(table, index);
        if ((value & EntryTables.ChildTag) == 0)
        {
            return new EntryRef(table, index, 2);
        }
        _lastSpan = page >> 9;
        _lastTable = (int)value;
        return new EntryRef(_lastTable, (int)(page & 511), 1);
    }

    /// <summary>Finds the entry of a given level, creating tables on the way.</summary>
    /// <param name="page">A page inside the entry.</param>
    /// <param name="level">Wanted level, 1 to 3.</param>
    /// <returns>The entry; its level is higher than asked when a larger leaf is in the way.</returns>
    public EntryRef Reach(ulong page, int level)
    {
        ulong top = page >> TopShift;
        if (top >= (ulong)_top.Length)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, PageLimit);
            Array.Resize(ref _top, (int)Math.Max(top + 1, Math.Min((ulong)_top.Length * 2, PageLimit >> TopShift)));
        }
        if (_top[top] == 0)
        {
            _top[top] = NewTable(3, page) + 1;
        }
        int table = _top[top] - 1;
        for (int at = 3; ; at--)
        {
            int index = (int)(page >> (9 * (at - 1)) & 511);
            if (at == level || Tables.Has(table, index, EntryPlane.Leaf))
            {
                return new EntryRef(table, index, at);
            }
            ref ulong value = ref Tables.Value(table, index);
            if ((value & EntryTables.ChildTag) == 0)
            {
                int child = NewTable(at - 1, page);
                Tables.Value(table, index) = EntryTables.ChildTag | (uint)child;
                Tables.Used(table)++;
                table = child;
            }
            else
            {
                table = (int)value;
            }
        }
    }

    /// <summary>Writes a leaf or a special value into an entry that is no pointer to a table.</summary>
    /// <param name="at">Entry, as <see cref="Reach"/> returned it.</param>
    /// <param name="value">Frame number (or what the owner keeps for a leaf), below 2^63.</param>
    /// <param name="planes">Bit p set: plane p is set for the entry. Either plane 0 (leaf) or plane 5 (special) is among them.</param>
    public void SetLeaf(EntryRef at, ulong value, byte planes)
    {
        Span<ulong> line = Tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        bool empty = ((line[EntryPlane.Leaf] | line[EntryPlane.Special]) & bit) == 0;
        bool wasLeaf = (line[EntryPlane.Leaf] & bit) != 0;
        for (int plane = 0; plane < EntryPlane.Count; plane++)
        {
            line[plane] = (planes >> plane & 1) != 0 ? line[plane] | bit : line[plane] & ~bit;
        }
        Tables.Value(at.Table, at.Index) = value;
        Tables.Used(at.Table) += empty ? 1 : 0;
        LeafCount += (planes & 1) - (wasLeaf ? 1 : 0);
    }

    /// <summary>Empties an entry that holds a leaf or a special value. Tables are kept, as a zap of leafs keeps them.</summary>
    public void Clear(EntryRef at)
    {
        Span<ulong> line = Tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        if (((line[EntryPlane.Leaf] | line[EntryPlane.Special]) & bit) == 0)
        {
            return;
        }
        LeafCount -= (line[EntryPlane.Leaf] & bit) != 0 ? 1 : 0;
        for (int plane = 0; plane < EntryPlane.Count; plane++)
        {
            line[plane] &= ~bit;
        }
        Tables.Value(at.Table, at.Index) = 0;
        Tables.Used(at.Table)--;
    }

    /// <summary>Replaces a leaf of level 2 or 3 by a table whose 512 entries carry on its bits, frames counted up.</summary>
    /// <param name="at">The leaf.</param>
    /// <returns>The new table.</returns>
    public int Split(EntryRef at)
    {
        ulong first = Tables.FirstPageOf(at.Table) + ((ulong)at.Index << (9 * (at.Level - 1)));
        ulong frame = Tables.Value(at.Table, at.Index);
        Span<ulong> parent = Tables.Line(at.Table, at.Index);
        int shift = at.Index & 63;
        int child = Tables.Allocate(at.Level - 1, first, Tables.RoleOf(at.Table));
        TableCount++;
        for (int i = 0; i < PageSize.PagesPerTable; i += 64)
        {
            Span<ulong> line = Tables.Line(child, i);
            for (int plane = 0; plane < EntryPlane.Count; plane++)
            {
                line[plane] = (parent[plane] >> shift & 1) != 0 ? ulong.MaxValue : 0;
            }
        }
        for (int i = 0; i < PageSize.PagesPerTable; i++)
        {
            Tables.Value(child, i) = frame + ((ulong)i << (9 * (at.Level - 2)));
        }
        for (int plane = 0; plane < EntryPlane.Count; plane++)
        {
            parent[plane] &= ~(1UL << shift);
        }
        Tables.Used(child) = PageSize.PagesPerTable;
        Tables.Value(at.Table, at.Index) = EntryTables.ChildTag | (uint)child;
        LeafCount += PageSize.PagesPerTable - 1;
        return child;
    }

    /// <summary>Table below an entry, or -1.</summary>
    public int ChildOf(EntryRef at)
    {
        if (at.Table < 0 || at.Level == 1)
        {
            return -1;
        }
        ulong value = Tables.Value(at.Table, at.Index);
        return (value & EntryTables.ChildTag) != 0 ? (int)value : -1;
    }

    /// <summary>The entry of exactly this level that covers a page, whatever is below it.</summary>
    /// <returns>Table -1 when the hierarchy does not reach so far down.</returns>
    public EntryRef At(ulong page, int level)
    {
        ulong top = page >> TopShift;
        if (top >= (ulong)_top.Length || _top[top] == 0)
        {
            return new EntryRef(-1, 0, 4);
        }
        int table = _top[top] - 1;
        for (int at = 3; ; at--)
        {
            int index = (int)(page >> (9 * (at - 1)) & 511);
            if (at == level)
            {
                return new EntryRef(table, index, at);
            }
            ulong value = Tables.Value(table, index);
            if ((value & EntryTables.ChildTag) == 0)
            {
                return new EntryRef(-1, 0, 4);
            }
            table = (int)value;
        }
    }

    /// <summary>Removes the table below an entry with everything under it; the entry becomes empty.</summary>
    public void DropChild(EntryRef at)
    {
        int child = ChildOf(at);
        if (child < 0)
        {
            return;
        }
        ReleaseSubtree(child);
        Tables.Value(at.Table, at.Index) = 0;
        Tables.Used(at.Table)--;
        _lastSpan = ulong.MaxValue;
    }

    /// <summary>Removes every table.</summary>
    public void Reset()
    {
        foreach (int root in _top)
        {
            if (root != 0)
            {
                ReleaseSubtree(root - 1);
            }
        }
        _top = [];
        _lastSpan = ulong.MaxValue;
    }

    /// <summary>First page at or after <paramref name="page"/> that lies under some level-1 table or leaf; skips what has no tables.</summary>
    /// <param name="page">Where to start.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>The page, or <paramref name="end"/> when nothing is left.</returns>
    public ulong NextPopulated(ulong page, ulong end)
    {
        while (page < end)
        {
            ulong top = page >> TopShift;
            if (top >= (ulong)_top.Length)
            {
                return end;
            }
            if (_top[top] == 0)
            {
                page = (top + 1) << TopShift;
                continue;
            }
            EntryRef at = Find(page);
            if (at.Level == 1 || (at.Table >= 0 && Tables.Has(at.Table, at.Index, EntryPlane.Leaf)))
            {
                return page;
            }
            page += at.PagesLeft(page);
        }
        return end;
    }

    private int NewTable(int level, ulong page)
    {
        int shift = 9 * level;
        TableCount++;
        return Tables.Allocate(level, page >> shift << shift, _role);
    }

    private void ReleaseSubtree(int table)
    {
        if (Tables.LevelOf(table) > 1)
        {
            for (int i = 0; i < PageSize.PagesPerTable; i++)
            {
                ulong value = Tables.Value(table, i);
                if ((value & EntryTables.ChildTag) != 0)
                {
                    ReleaseSubtree((int)value);
                }
            }
        }
        for (int i = 0; i < PageSize.PagesPerTable; i += 64)
        {
            LeafCount -= System.Numerics.BitOperations.PopCount(Tables.Line(table, i)[EntryPlane.Leaf]);
        }
        TableCount--;
        Tables.Release(table);
    }
}
