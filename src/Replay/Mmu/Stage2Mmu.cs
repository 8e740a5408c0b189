using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>arm64 stage-2: one table for the VM, and one per cached nested context that aging never visits.</summary>
/// <remarks>
/// Models: arch/arm64/kvm/mmu.c and hyp/pgtable.c, 6.1 to 7.2. A nested table has no reverse map; its pages look old.
/// Omits: protected VMs.
/// </remarks>
public sealed class Stage2Mmu : ISecondaryMmu
{
    private readonly EntryTables _tables = new();
    private readonly PageTree _main;
    private readonly List<PageTree> _nested = [];

    /// <summary>Creates the MMU with an empty main table.</summary>
    /// <param name="hardwareAf">The CPU sets the access flag itself; without it the first access after a clear traps.</param>
    public Stage2Mmu(bool hardwareAf)
    {
        HardwareAf = hardwareAf;
        _main = new PageTree(_tables, 0);
    }

    /// <summary>Whether the CPU sets the access flag itself.</summary>
    public bool HardwareAf { get; }

    /// <summary>Only the first entry of a range is aged (6.1).</summary>
    public bool AgesFirstEntryOnly { get; set; }

    /// <inheritdoc/>
    public long LeafCount
    {
        get
        {
            long count = _main.LeafCount;
            foreach (PageTree nested in _nested)
            {
                count += nested.LeafCount;
            }
            return count;
        }
    }

    /// <inheritdoc/>
    public long SizeBytes => _tables.SizeBytes;

    /// <summary>The main table, for reading.</summary>
    public PageTree Main => _main;

    /// <summary>Adds the table of a nested context.</summary>
    /// <returns>Its number, from 1.</returns>
    public int CreateNested()
    {
        _nested.Add(new PageTree(_tables, _nested.Count + 1));
        return _nested.Count;
    }

    /// <summary>A guest access.</summary>
    /// <param name="context">0 = the VM itself, else a nested context.</param>
    /// <param name="frame">Frame in the context's own address space.</param>
    /// <param name="write">The access is a store.</param>
    /// <returns>Hit; FastFix when the access flag had to be set by a trap; Fault.</returns>
    public TouchResult Touch(int context, ulong frame, bool write)
    {
        EntryRef at = TreeOf(context).Find(frame);
        if (at.Table < 0)
        {
            return TouchResult.Fault;
        }
        Span<ulong> line = _tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        if ((line[EntryPlane.Leaf] & bit) == 0 || (write && (line[EntryPlane.Writable] & bit) == 0))
        {
            return TouchResult.Fault;
        }
        bool trapped = !HardwareAf && (line[EntryPlane.Young] & bit) == 0;
        line[EntryPlane.Young] |= bit;
        line[EntryPlane.Dirty] |= write ? bit : 0;
        return trapped ? TouchResult.FastFix : TouchResult.Hit;
    }

    /// <summary>Installs a page or block by a fault, young.</summary>
    /// <param name="context">0 = the VM itself, else a nested context.</param>
    /// <param name="frame">A frame inside the leaf.</param>
    /// <param name="level">Level of the leaf.</param>
    /// <param name="pfn">Frame of the host behind <paramref name="frame"/>.</param>
    /// <param name="writable">Stores are allowed.</param>
    public void Map(int context, ulong frame, int level, Pfn pfn, bool writable)
    {
        PageTree tree = TreeOf(context);
        EntryRef at = tree.Reach(frame, level);
        tree.DropChild(at);
        int planes = (1 << EntryPlane.Leaf) | (1 << EntryPlane.Young)
            | (writable ? (1 << EntryPlane.Writable) | (1 << EntryPlane.Dirty) : 0);
        tree.SetLeaf(at, pfn.Value - (frame & ((1UL << (9 * (at.Level - 1))) - 1)), (byte)planes);
    }

    /// <inheritdoc/>
    public ulong AgeWord(Memslot slot, ulong gfn, ulong asked, bool clear, ref AgeTally tally) =>
        EntryBits.AgeWord(_main, gfn, asked, clear, ref tally);

    /// <inheritdoc/>
    public bool AgeRange(Memslot slot, GfnRange gfns, bool clear, bool stopAtYoung, ref AgeTally tally)
    {
        ulong end = gfns.End.Value;
        if (AgesFirstEntryOnly)
        {
            EntryRef at = _main.Find(gfns.Start.Value);
            end = Math.Min(end, gfns.Start.Value + at.PagesLeft(gfns.Start.Value));
        }
        return EntryBits.AgeRange(_main, gfns.Start.Value, end, clear, stopAtYoung, ref tally);
    }

    /// <inheritdoc/>
    public long Zap(Memslot slot, GfnRange gfns)
    {
        long zapped = ZapRange(_main, gfns.Start.Value, gfns.End.Value);
        foreach (PageTree nested in _nested)
        {
            // Without a reverse map nothing tells which nested entries map the frames: all go.
            zapped += nested.LeafCount;
            nested.Reset();
        }
        return zapped;
    }

    /// <summary>Removes everything.</summary>
    /// <returns>Leafs removed.</returns>
    public long ZapAll()
    {
        long zapped = LeafCount;
        _main.Reset();
        foreach (PageTree nested in _nested)
        {
            nested.Reset();
        }
        return zapped;
    }

    /// <inheritdoc/>
    public string? FindBrokenInvariant() => TreeCheck.FindBroken(_main);

    private PageTree TreeOf(int context) => context == 0 ? _main : _nested[context - 1];

    private long ZapRange(PageTree tree, ulong start, ulong end)
    {
        long zapped = 0;
        ulong gfn = start;
        while ((gfn = tree.NextPopulated(gfn, end)) < end)
        {
            EntryRef at = tree.Find(gfn);
            zapped += _tables.Has(at.Table, at.Index, EntryPlane.Leaf) ? 1 : 0;
            tree.Clear(at);
            gfn += at.PagesLeft(gfn);
        }
        return zapped;
    }
}
