using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>x86 shadow paging: nested TDP, and everything when the TDP MMU is off. Entries are found through reverse maps.</summary>
/// <remarks>
/// Models: shadow pages and rmaps, arch/x86/kvm/mmu/mmu.c, 6.1 to 7.2. A leaf's value is the guest frame (of L1) that it maps.
/// Omits: unsync pages and the hash of shadow pages; frames behind leafs are those of the primary MMU.
/// </remarks>
public sealed partial class ShadowMmu : ISecondaryMmu
{
    private const int Levels = 3;
    private readonly EntryTables _tables = new();
    private readonly List<ShadowContext> _contexts = [];
    private readonly List<(ShadowContext Context, PageTree Tree)> _obsolete = [];
    private readonly RmapTable[] _rmaps;
    private int _indirectOffset;

    /// <summary>Creates the MMU without any root.</summary>
    /// <param name="addressSpaces">1, or 2 with SMM.</param>
    public ShadowMmu(int addressSpaces)
    {
        _rmaps = new RmapTable[addressSpaces * Levels];
        for (int i = 0; i < _rmaps.Length; i++)
        {
            _rmaps[i] = new RmapTable();
        }
    }

    /// <summary>A shadow root was allocated once; never reset.</summary>
    public bool RootAllocated { get; set; }

    /// <summary>Live shadow pages that shadow guest tables. Setting it corrects for pages that the model does not hold; later changes count from there.</summary>
    public int IndirectPages
    {
        get => CountIndirect() + _indirectOffset;
        set => _indirectOffset = value - CountIndirect();
    }

    /// <summary>Contexts in order of creation.</summary>
    public IReadOnlyList<ShadowContext> Contexts => _contexts;

    /// <inheritdoc/>
    public long LeafCount
    {
        get
        {
            long count = 0;
            foreach (RmapTable rmap in _rmaps)
            {
                count += rmap.Count;
            }
            return count;
        }
    }

    /// <inheritdoc/>
    public long SizeBytes
    {
        get
        {
            long size = _tables.SizeBytes;
            foreach (RmapTable rmap in _rmaps)
            {
                size += rmap.SizeBytes;
            }
            return size;
        }
    }

    /// <summary>Adds a context: a root for an L2, for a guest address space, or for guest frames.</summary>
    /// <param name="direct">The pages shadow no guest table.</param>
    /// <param name="adBits">Hardware A/D bits are in use.</param>
    /// <param name="addressSpace">KVM address space.</param>
    public ShadowContext CreateContext(bool direct, bool adBits, int addressSpace = 0)
    {
        int id = _contexts.Count;
        var context = new ShadowContext(id, addressSpace, direct, adBits, new PageTree(_tables, id));
        _contexts.Add(context);
        RootAllocated = true;
        return context;
    }

    /// <summary>A guest access through a context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="frame">Frame in the context's own address space.</param>
    /// <param name="write">The access is a store.</param>
    /// <returns>Hit, FastFix (direct contexts only) or Fault.</returns>
    public TouchResult Touch(ShadowContext context, ulong frame, bool write)
    {
        EntryRef at = context.Tree.Find(frame);
        if (at.Table < 0)
        {
            return TouchResult.Fault;
        }
        Span<ulong> line = _tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        return (line[EntryPlane.Leaf] & bit) == 0
            ? TouchResult.Fault
            : SpteAccess.Touch(line, bit, write, context.AdBits, context.Direct);
    }

    /// <summary>Installs a leaf by a fault, or makes an existing one young and writable again.</summary>
    /// <param name="context">The context.</param>
    /// <param name="frame">Frame in the context's own address space.</param>
    /// <param name="gfn">Guest frame (of L1) behind it.</param>
    /// <param name="level">Level of the leaf.</param>
    /// <param name="writable">Stores are allowed.</param>
    /// <param name="prefetch">Installed ahead of an access: born old.</param>
    public void Map(ShadowContext context, ulong frame, ulong gfn, int level, bool writable, bool prefetch = false)
    {
        PageTree tree = context.Tree;
        EntryRef at = tree.Reach(frame, level);
        if (tree.ChildOf(at) >= 0)
        {
            ForgetUnder(context.AddressSpace, tree, frame, level);
            tree.DropChild(at);
        }
        ulong inside = frame & ((1UL << (9 * (at.Level - 1))) - 1);
        RmapTable rmap = RmapOf(context.AddressSpace, at.Level);
        if (_tables.Has(at.Table, at.Index, EntryPlane.Leaf))
        {
            rmap.Remove(_tables.Value(at.Table, at.Index) >> (9 * (at.Level - 1)), EntryOf(at));
        }
        int planes = (1 << EntryPlane.Leaf) | (prefetch ? 0 : 1 << EntryPlane.Young)
            | (writable ? (1 << EntryPlane.Writable) | (1 << EntryPlane.SoftWrite) | (1 << EntryPlane.Dirty) : 0);
        tree.SetLeaf(at, gfn - inside, (byte)planes);
        rmap.Add((gfn - inside) >> (9 * (at.Level - 1)), EntryOf(at));
    }

    /// <summary>The word of a leaf as the kernel prints it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="frame">Frame in the context's own address space.</param>
    /// <param name="pfn">Host frame behind it.</param>
    /// <param name="level">Level of the leaf.</param>
    internal ulong WordOf(ShadowContext context, ulong frame, Pfn pfn, out int level)
    {
        EntryRef at = context.Tree.Find(frame);
        level = at.Level;
        ulong own = _tables.Value(at.Table, at.Index) << PageSize.Shift;
        ulong inside = (1UL << (9 * (level - 1))) - 1;
        return (SpteBits.Encode(_tables, at, context.AdBits) & ~own) | ((pfn.Value & ~inside) << PageSize.Shift);
    }

    /// <inheritdoc/>
    public long Zap(Memslot slot, GfnRange gfns)
    {
        long zapped = 0;
        for (int level = 1; level <= Levels; level++)
        {
            RmapTable rmap = RmapOf(slot.AddressSpace, level);
            int shift = 9 * (level - 1);
            ulong end = rmap.Count == 0 ? 0 : ((gfns.End.Value - 1) >> shift) + 1;
            for (ulong frame = gfns.Start.Value >> shift; frame < end; frame++)
            {
                while (rmap.First(rmap.Head(frame), out int entry, out _))
                {
                    rmap.Remove(frame, entry);
                    ClearEntry(entry, level);
                    zapped++;
                }
            }
        }
        return zapped;
    }

    /// <summary>Makes all shadow pages obsolete: contexts go on with empty tables, the old entries wait for <see cref="ZapObsolete"/>.</summary>
    public void MakeObsolete()
    {
        foreach (ShadowContext context in _contexts)
        {
            if (context.Tree.TableCount > 0)
            {
                _obsolete.Add((context, context.Tree));
                context.Tree = new PageTree(_tables, context.Id);
            }
        }
    }

    /// <summary>Removes obsolete shadow pages, oldest first.</summary>
    /// <returns>Leafs removed.</returns>
    public long ZapObsolete()
    {
        long before = LeafCount;
        foreach ((ShadowContext context, PageTree tree) in _obsolete)
        {
            ForgetRange(context.AddressSpace, tree, 0, PageTree.PageLimit);
            tree.Reset();
        }
        _obsolete.Clear();
        _indirectOffset = 0;
        return before - LeafCount;
    }

    /// <inheritdoc/>
    public string? FindBrokenInvariant()
    {
        long leafs = 0;
        foreach (ShadowContext context in _contexts)
        {
            if (TreeCheck.FindBroken(context.Tree) is { } broken)
            {
                return $"shadow context {context.Id}: {broken}";
            }
            leafs += context.Tree.LeafCount;
        }
        foreach ((_, PageTree tree) in _obsolete)
        {
            leafs += tree.LeafCount;
        }
        return leafs == LeafCount ? null : $"{leafs} shadow leafs, {LeafCount} in reverse maps";
    }

    private void ClearEntry(int entry, int level)
    {
        int table = entry >> 9;
        ShadowContext context = _contexts[_tables.RoleOf(table)];
        var at = new EntryRef(table, entry & 511, level);
        PageTree tree = context.Tree;
        if (_obsolete.Count > 0 && tree.At(_tables.FirstPageOf(table), level).Table != table)
        {
            foreach ((ShadowContext owner, PageTree old) in _obsolete)
            {
                tree = owner == context && old.At(_tables.FirstPageOf(table), level).Table == table ? old : tree;
            }
        }
        tree.Clear(at);
    }

    private void ForgetUnder(int addressSpace, PageTree tree, ulong frame, int level)
    {
        ulong span = 1UL << (9 * (level - 1));
        ulong first = frame & ~(span - 1);
        ForgetRange(addressSpace, tree, first, first + span);
    }

    private void ForgetRange(int addressSpace, PageTree tree, ulong start, ulong end)
    {
        ulong frame = start;
        while ((frame = tree.NextPopulated(frame, end)) < end)
        {
            EntryRef at = tree.Find(frame);
            if (_tables.Has(at.Table, at.Index, EntryPlane.Leaf))
            {
                RmapOf(addressSpace, at.Level).Remove(_tables.Value(at.Table, at.Index) >> (9 * (at.Level - 1)), EntryOf(at));
                tree.Clear(at);
            }
            frame += at.PagesLeft(frame);
        }
    }

    private int CountIndirect()
    {
        int pages = 0;
        foreach (ShadowContext context in _contexts)
        {
            pages += context.Direct ? 0 : context.Tree.TableCount;
        }
        return pages;
    }

    private RmapTable RmapOf(int addressSpace, int level) => _rmaps[(addressSpace * Levels) + level - 1];

    private static int EntryOf(EntryRef at) => (at.Table << 9) | at.Index;
}
