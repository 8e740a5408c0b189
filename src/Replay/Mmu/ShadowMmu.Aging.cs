using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

public sealed partial class ShadowMmu
{
    /// <inheritdoc/>
    public ulong AgeWord(Memslot slot, ulong gfn, ulong asked, bool clear, ref AgeTally tally) =>
        AgeWord(slot.AddressSpace, gfn, asked, new RmapWalk(clear, false, false), ref tally);

    /// <summary>Ages up to 64 guest frames with the restrictions of a fast-only walk.</summary>
    /// <param name="addressSpace">KVM address space.</param>
    /// <param name="gfn">Frame of bit 0.</param>
    /// <param name="asked">Bit i set: gfn + i is asked.</param>
    /// <param name="walk">What the walk does.</param>
    /// <param name="tally">What was touched is added.</param>
    /// <returns>Bit i set: gfn + i was asked and young.</returns>
    public ulong AgeWord(int addressSpace, ulong gfn, ulong asked, RmapWalk walk, ref AgeTally tally)
    {
        ulong young = AgePages(addressSpace, gfn, asked, walk, ref tally);
        for (int level = 2; level <= Levels; level++)
        {
            RmapTable rmap = RmapOf(addressSpace, level);
            if (rmap.Count == 0)
            {
                continue;
            }
            // A test returns at the first young entry, so higher levels are asked for the rest only.
            for (ulong left = walk.Clear ? asked : asked & ~young; left != 0; left &= left - 1)
            {
                int i = BitOperations.TrailingZeroCount(left);
                int head = rmap.Head((gfn + (ulong)i) >> (9 * (level - 1)));
                if (head != 0 && AgeHead(rmap, head, walk, ref tally))
                {
                    young |= 1UL << i;
                }
            }
        }
        return young;
    }

    // Level 1: heads of neighbouring frames mostly name neighbouring entries of one table, so runs of them are aged as words.
    private ulong AgePages(int addressSpace, ulong gfn, ulong asked, RmapWalk walk, ref AgeTally tally)
    {
        RmapTable rmap = RmapOf(addressSpace, 1);
        ulong young = 0;
        for (int i = 0; i < 64 && asked >> i != 0;)
        {
            int inChunk = (int)((gfn + (ulong)i) & 511);
            int count = Math.Min(64 - i, PageSize.PagesPerTable - inChunk);
            if (rmap.HeadsAround(gfn + (ulong)i) is { } chunk)
            {
                ReadOnlySpan<int> heads = chunk.AsSpan(inChunk, count);
                for (int j = 0; j < heads.Length;)
                {
                    int run = RunLength(heads, j);
                    ulong wanted = (asked >> (i + j)) & EntryBits.Low(run);
                    if (heads[j] > 0 && wanted != 0)
                    {
                        young |= AgeRun(heads[j] - 1, wanted, walk, ref tally) << (i + j);
                    }
                    else if (heads[j] < 0 && wanted != 0 && AgeHead(rmap, heads[j], walk, ref tally))
                    {
                        young |= 1UL << (i + j);
                    }
                    j += run;
                }
            }
            i += count;
        }
        return young;
    }

    // Heads that follow one another: empty ones, or single entries side by side in one line of a table.
    private static int RunLength(ReadOnlySpan<int> heads, int at)
    {
        int head = heads[at];
        int end = at + 1;
        if (head == 0)
        {
            while (end < heads.Length && heads[end] == 0)
            {
                end++;
            }
        }
        else if (head > 0)
        {
            int limit = Math.Min(heads.Length, at + 64 - ((head - 1) & 63));
            while (end < limit && heads[end] == head + (end - at))
            {
                end++;
            }
        }
        return end - at;
    }

    private ulong AgeRun(int entry, ulong wanted, RmapWalk walk, ref AgeTally tally)
    {
        Span<ulong> line = _tables.Line(entry >> 9, entry & 511);
        int shift = entry & 63;
        int count = BitOperations.PopCount(wanted);
        tally.Heads += count;
        tally.Visited += count;
        ulong young = (line[EntryPlane.Young] >> shift) & wanted;
        if (young != 0 && walk.Clear && !(walk.KeepUntracked && !_contexts[_tables.RoleOf(entry >> 9)].AdBits))
        {
            line[EntryPlane.Young] &= ~(young << shift);
            tally.Cleared += BitOperations.PopCount(young);
        }
        return young;
    }

    /// <inheritdoc/>
    public bool AgeRange(Memslot slot, GfnRange gfns, bool clear, bool stopAtYoung, ref AgeTally tally) =>
        AgeRange(slot.AddressSpace, gfns, new RmapWalk(clear, false, false), ref tally);

    /// <summary>Ages a range of guest frames as one call, every head once.</summary>
    /// <param name="addressSpace">KVM address space.</param>
    /// <param name="gfns">The frames.</param>
    /// <param name="walk">What the walk does.</param>
    /// <param name="tally">What was touched is added.</param>
    public bool AgeRange(int addressSpace, GfnRange gfns, RmapWalk walk, ref AgeTally tally)
    {
        bool young = false;
        for (int level = 1; level <= Levels; level++)
        {
            RmapTable rmap = RmapOf(addressSpace, level);
            int shift = 9 * (level - 1);
            ulong end = rmap.Count == 0 ? 0 : ((gfns.End.Value - 1) >> shift) + 1;
            for (ulong frame = gfns.Start.Value >> shift; frame < end; frame++)
            {
                int head = rmap.Head(frame);
                if (head != 0 && AgeHead(rmap, head, walk, ref tally))
                {
                    young = true;
                    if (!walk.Clear)
                    {
                        return true;
                    }
                }
            }
        }
        return young;
    }

    private bool AgeHead(RmapTable rmap, int head, RmapWalk walk, ref AgeTally tally)
    {
        if (head < 0 && walk.SingleEntryOnly)
        {
            return false;
        }
        tally.Heads++;
        bool young = false;
        for (bool more = rmap.First(head, out int entry, out int cursor); more; more = rmap.Next(ref cursor, out entry))
        {
            tally.Visited++;
            Span<ulong> line = _tables.Line(entry >> 9, entry & 511);
            ulong bit = 1UL << (entry & 63);
            if ((line[EntryPlane.Young] & bit) == 0)
            {
                continue;
            }
            young = true;
            if (!walk.Clear)
            {
                return true;
            }
            if (walk.KeepUntracked && !_contexts[_tables.RoleOf(entry >> 9)].AdBits)
            {
                continue;
            }
            line[EntryPlane.Young] &= ~bit;
            tally.Cleared++;
        }
        return young;
    }
}
