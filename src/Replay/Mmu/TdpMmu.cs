using System.Runtime.CompilerServices;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>x86 two-dimensional paging: tables indexed by guest frame, one root per address space, found without reverse maps.</summary>
/// <remarks>
/// Models: arch/x86/kvm/mmu/tdp_mmu.c, 6.1 to 7.2.
/// Omits: several roots of one address space with different roles, and freeing of empty tables.
/// </remarks>
public sealed class TdpMmu : ISecondaryMmu
{
    private const byte ReadPlanes = (1 << EntryPlane.Leaf) | (1 << EntryPlane.Young);
    private readonly EntryTables _tables = new();
    private readonly PageTree[] _roots;
    private readonly List<(int AddressSpace, PageTree Root)> _invalidRoots = [];

    /// <summary>Creates the MMU with an empty root per address space.</summary>
    /// <param name="addressSpaces">1, or 2 with SMM.</param>
    /// <param name="adBits">The hardware sets accessed and dirty bits; without them pages are aged by access tracking.</param>
    public TdpMmu(int addressSpaces, bool adBits)
    {
        AdBits = adBits;
        _roots = new PageTree[addressSpaces];
        for (int i = 0; i < addressSpaces; i++)
        {
            _roots[i] = new PageTree(_tables, 0);
        }
    }

    /// <summary>Whether the hardware sets accessed and dirty bits.</summary>
    public bool AdBits { get; }

    /// <summary>When set, receives each change of a leaf.</summary>
    public NotifierTrace? Trace { get; set; }

    /// <inheritdoc/>
    public long LeafCount
    {
        get
        {
            long count = 0;
            foreach (PageTree root in _roots)
            {
                count += root.LeafCount;
            }
            foreach ((_, PageTree root) in _invalidRoots)
            {
                count += root.LeafCount;
            }
            return count;
        }
    }

    /// <inheritdoc/>
    public long SizeBytes => _tables.SizeBytes;

    /// <summary>Roots that were made invalid and still hold entries.</summary>
    public int InvalidRoots => _invalidRoots.Count;

    /// <summary>Tables of an address space, for reading.</summary>
    public PageTree RootOf(int addressSpace) => _roots[addressSpace];

    /// <summary>A guest access: sets accessed and dirty bits, or fixes the entry without a lock.</summary>
    /// <param name="addressSpace">Address space of the vCPU.</param>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="write">The access is a store.</param>
    /// <returns><see cref="TouchResult.Hit"/>, <see cref="TouchResult.FastFix"/> or <see cref="TouchResult.Fault"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TouchResult Touch(int addressSpace, ulong gfn, bool write)
    {
        EntryRef at = _roots[addressSpace].Find(gfn);
        if (at.Table < 0)
        {
            return TouchResult.Fault;
        }
        Span<ulong> line = _tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        if ((line[EntryPlane.Leaf] & bit) == 0)
        {
            return TouchResult.Fault;
        }
        if (!write && AdBits)
        {
            line[EntryPlane.Young] |= bit;
            return TouchResult.Hit;
        }
        return SpteAccess.Touch(line, bit, write, AdBits, direct: true);
    }

    /// <summary>Installs a leaf by a fault: young, dirty if writable. A table in the way of a larger leaf goes; a larger leaf in the way stays.</summary>
    /// <param name="addressSpace">Address space of the vCPU.</param>
    /// <param name="gfn">A guest frame inside the leaf.</param>
    /// <param name="level">Level of the leaf, 1 to 3.</param>
    /// <param name="frame">Frame behind <paramref name="gfn"/>.</param>
    /// <param name="writable">Stores are allowed now.</param>
    /// <param name="softWritable">Stores may be allowed later without a full fault.</param>
    /// <param name="prefetch">Installed ahead of an access: born old.</param>
    /// <returns>Leafs removed to make room for a larger one.</returns>
    public long Map(int addressSpace, ulong gfn, int level, Pfn frame, bool writable, bool softWritable, bool prefetch = false)
    {
        PageTree root = _roots[addressSpace];
        EntryRef at = root.Reach(gfn, level);
        ulong first = gfn & ~((1UL << (9 * (at.Level - 1))) - 1);
        long before = root.LeafCount;
        ulong old = Trace is null ? 0 : Spte(at);
        root.DropChild(at);
        long removed = before - root.LeafCount;
        int planes = 1 << EntryPlane.Leaf | (prefetch ? 0 : ReadPlanes) | (writable ? 1 << EntryPlane.Writable : 0)
            | (writable ? 1 << EntryPlane.Dirty : 0) | (writable || softWritable ? 1 << EntryPlane.SoftWrite : 0);
        root.SetLeaf(at, frame.Value - (gfn - first), (byte)planes);
        Trace?.Changed(addressSpace, first, at.Level, old, Spte(at));
        return removed;
    }

    /// <summary>Puts another frame behind an existing 4 KiB leaf.</summary>
    /// <returns>False when there is no such leaf.</returns>
    public bool ReplaceFrame(int addressSpace, ulong gfn, Pfn frame)
    {
        PageTree root = _roots[addressSpace];
        EntryRef at = root.Find(gfn);
        if (at.Level != 1 || !_tables.Has(at.Table, at.Index, EntryPlane.Leaf))
        {
            return false;
        }
        ulong old = Trace is null ? 0 : Spte(at);
        _tables.Value(at.Table, at.Index) = frame.Value;
        Trace?.Changed(addressSpace, gfn, 1, old, Spte(at));
        return true;
    }

    /// <inheritdoc/>
    public ulong AgeWord(Memslot slot, ulong gfn, ulong asked, bool clear, ref AgeTally tally)
    {
        PageTree root = _roots[slot.AddressSpace];
        ulong young = EntryBits.AgeWord(root, gfn, asked, clear, ref tally);
        if (Trace is not null && clear)
        {
            TraceCleared(slot.AddressSpace, gfn, young);
        }
        return young;
    }

    /// <inheritdoc/>
    public bool AgeRange(Memslot slot, GfnRange gfns, bool clear, bool stopAtYoung, ref AgeTally tally)
    {
        PageTree root = _roots[slot.AddressSpace];
        if (Trace is null || !clear)
        {
            return EntryBits.AgeRange(root, gfns.Start.Value, gfns.End.Value, clear, stopAtYoung, ref tally);
        }
        bool young = false;
        for (ulong gfn = root.NextPopulated(gfns.Start.Value, gfns.End.Value); gfn < gfns.End.Value;)
        {
            EntryRef at = root.Find(gfn);
            young |= AgeWord(slot, gfn, 1, clear: true, ref tally) != 0;
            gfn = root.NextPopulated(gfn + at.PagesLeft(gfn), gfns.End.Value);
        }
        return young;
    }

    /// <inheritdoc/>
    public long Zap(Memslot slot, GfnRange gfns)
    {
        long zapped = ZapRoot(_roots[slot.AddressSpace], slot.AddressSpace, gfns.Start.Value, gfns.End.Value);
        foreach ((int addressSpace, PageTree root) in _invalidRoots)
        {
            // A notification must leave nothing behind, whether or not vCPUs can still reach the root.
            zapped += addressSpace == slot.AddressSpace ? ZapRoot(root, addressSpace, gfns.Start.Value, gfns.End.Value) : 0;
        }
        return zapped;
    }

    /// <summary>Makes all roots invalid: vCPUs go on with empty ones, the entries wait for <see cref="ZapInvalidRoots"/>.</summary>
    public void InvalidateRoots()
    {
        for (int i = 0; i < _roots.Length; i++)
        {
            if (_roots[i].TableCount > 0)
            {
                _invalidRoots.Add((i, _roots[i]));
                _roots[i] = new PageTree(_tables, 0);
            }
        }
    }

    /// <summary>Removes the entries of invalid roots and their tables.</summary>
    /// <returns>Leafs removed.</returns>
    public long ZapInvalidRoots()
    {
        long zapped = 0;
        foreach ((int addressSpace, PageTree root) in _invalidRoots)
        {
            zapped += root.LeafCount;
            if (Trace is not null)
            {
                ZapRoot(root, addressSpace, 0, PageTree.PageLimit);
            }
            root.Reset();
        }
        _invalidRoots.Clear();
        return zapped;
    }

    /// <summary>The SPTE as the kernel would print it.</summary>
    /// <param name="at">An entry of this MMU.</param>
    public ulong Spte(EntryRef at) => SpteBits.Encode(_tables, at, AdBits);

    /// <inheritdoc/>
    public string? FindBrokenInvariant()
    {
        for (int i = 0; i < _roots.Length; i++)
        {
            if (TreeCheck.FindBroken(_roots[i]) is { } broken)
            {
                return $"TDP root of address space {i}: {broken}";
            }
        }
        return null;
    }

    private long ZapRoot(PageTree root, int addressSpace, ulong start, ulong end)
    {
        long zapped = 0;
        ulong gfn = start;
        while ((gfn = root.NextPopulated(gfn, end)) < end)
        {
            EntryRef at = root.Find(gfn);
            if (_tables.Has(at.Table, at.Index, EntryPlane.Leaf))
            {
                ulong old = Trace is null ? 0 : Spte(at);
                root.Clear(at);
                Trace?.Changed(addressSpace, gfn & ~((1UL << (9 * (at.Level - 1))) - 1), at.Level, old, Spte(at));
                zapped++;
            }
            gfn += at.PagesLeft(gfn);
        }
        return zapped;
    }

    private void TraceCleared(int addressSpace, ulong gfn, ulong cleared)
    {
        for (ulong left = cleared; left != 0; left &= left - 1)
        {
            ulong page = gfn + (ulong)System.Numerics.BitOperations.TrailingZeroCount(left);
            EntryRef at = _roots[addressSpace].Find(page);
            ulong now = Spte(at);
            Trace!.Changed(addressSpace, page & ~((1UL << (9 * (at.Level - 1))) - 1), at.Level, SpteBits.AsYoung(now, AdBits), now);
        }
    }
}
