using System.Numerics;

namespace SecondLook.Replay.Memory;

/// <summary>Young bits of a stretch of a <see cref="PageTree"/>, 64 pages at a time.</summary>
/// <remarks>
/// Models: test and clear of accessed bits entry by entry; a word does what 64 calls in order of address would do.
/// Omits: lost compare-exchange races; a replay has one thread.
/// </remarks>
public static class EntryBits
{
    /// <summary>Mask of the <paramref name="count"/> lowest bits, 0 to 64.</summary>
    public static ulong Low(int count) => count >= 64 ? ulong.MaxValue : (1UL << count) - 1;

    /// <summary>
    /// Ages up to 64 consecutive pages as one call per page would: a huge leaf is young for the first page asked and, once cleared, old for
    /// the following.
    /// </summary>
    /// <param name="tree">The tables.</param>
    /// <param name="page">Page of bit 0.</param>
    /// <param name="asked">Bit i set: page + i is asked.</param>
    /// <param name="clear">Whether young bits are cleared.</param>
    /// <param name="tally">Entries visited and bits cleared are added.</param>
    /// <returns>Bit i set: page + i was asked and young.</returns>
    public static ulong AgeWord(PageTree tree, ulong page, ulong asked, bool clear, ref AgeTally tally)
    {
        EntryTables tables = tree.Tables;
        ulong young = 0;
        int done = 0;
        while (done < 64 && asked >> done != 0)
        {
            EntryRef at = tree.Find(page + (ulong)done);
            if (at.Level == 1)
            {
                int shift = at.Index & 63;
                int count = Math.Min(64 - done, 64 - shift);
                ulong wanted = (asked >> done) & Low(count);
                Span<ulong> line = tables.Line(at.Table, at.Index);
                ulong leafs = (line[EntryPlane.Leaf] >> shift) & wanted;
                ulong found = (line[EntryPlane.Young] >> shift) & leafs;
                tally.Visited += BitOperations.PopCount(leafs);
                if (found != 0)
                {
                    if (clear)
                    {
                        line[EntryPlane.Young] &= ~(found << shift);
                        tally.Cleared += BitOperations.PopCount(found);
                    }
                    young |= found << done;
                }
                done += count;
            }
            else
            {
                int count = (int)Math.Min((ulong)(64 - done), at.PagesLeft(page + (ulong)done));
                ulong wanted = (asked >> done) & Low(count);
                if (wanted != 0 && at.Table >= 0)
                {
                    young |= AgeHuge(tables, at, wanted, clear, ref tally) << done;
                }
                done += count;
            }
        }
        return young;
    }

    /// <summary>Ages a whole range as one call: every entry once.</summary>
    /// <param name="tree">The tables.</param>
    /// <param name="start">First page.</param>
    /// <param name="end">First page after the range.</param>
    /// <param name="clear">Whether young bits are cleared; a test may stop early.</param>
    /// <param name="stopAtYoung">A test returns at the first young entry.</param>
    /// <param name="tally">Entries visited and bits cleared are added.</param>
    /// <returns>Whether any entry was young.</returns>
    public static bool AgeRange(PageTree tree, ulong start, ulong end, bool clear, bool stopAtYoung, ref AgeTally tally)
    {
        bool young = false;
        ulong page = start;
        while ((page = tree.NextPopulated(page, end)) < end)
        {
            EntryRef at = tree.Find(page);
            ulong count = Math.Min(end - page, at.Level == 1 ? 64 - (page & 63) : at.PagesLeft(page));
            // A huge leaf counts once, however many of its pages the range covers.
            ulong asked = at.Level == 1 ? Low((int)count) : 1;
            if (stopAtYoung && at.Level == 1)
            {
                young |= StopAtYoung(tree, page, ref asked);
            }
            young |= AgeWord(tree, page, asked, clear, ref tally) != 0;
            if (young && stopAtYoung)
            {
                return true;
            }
            page += count;
        }
        return young;
    }

    /// <summary>Bits of one plane for 64 consecutive pages; a huge leaf stands for all its pages.</summary>
    /// <param name="tree">The tables.</param>
    /// <param name="page">Page of bit 0.</param>
    /// <param name="plane">A plane of <see cref="EntryPlane"/>.</param>
    /// <returns>Bit i: the plane's bit of the leaf over page + i; 0 where there is no leaf.</returns>
    public static ulong ReadWord(PageTree tree, ulong page, int plane)
    {
        ulong bits = 0;
        int done = 0;
        while (done < 64)
        {
            EntryRef at = tree.Find(page + (ulong)done);
            int count = (int)Math.Min((ulong)(64 - done), at.Level == 1 ? 64 - ((page + (ulong)done) & 63) : at.PagesLeft(page + (ulong)done));
            if (at.Table >= 0)
            {
                Span<ulong> line = tree.Tables.Line(at.Table, at.Index);
                ulong word = line[plane] & line[EntryPlane.Leaf];
                bits |= (at.Level == 1 ? (word >> (at.Index & 63)) & Low(count) : (word >> (at.Index & 63) & 1) != 0 ? Low(count) : 0) << done;
            }
            done += count;
        }
        return bits;
    }

    private static ulong AgeHuge(EntryTables tables, EntryRef at, ulong wanted, bool clear, ref AgeTally tally)
    {
        Span<ulong> line = tables.Line(at.Table, at.Index);
        ulong bit = 1UL << (at.Index & 63);
        if ((line[EntryPlane.Leaf] & bit) == 0)
        {
            return 0;
        }
        tally.Visited += BitOperations.PopCount(wanted);
        if ((line[EntryPlane.Young] & bit) == 0)
        {
            return 0;
        }
        if (!clear)
        {
            return wanted;
        }
        line[EntryPlane.Young] &= ~bit;
        tally.Cleared++;
        return wanted & (0 - wanted);
    }

    // Narrows a word so that a test visits nothing behind the first young leaf.
    private static bool StopAtYoung(PageTree tree, ulong page, ref ulong asked)
    {
        ulong found = ReadWord(tree, page, EntryPlane.Young) & asked;
        if (found == 0)
        {
            return false;
        }
        asked &= Low(BitOperations.TrailingZeroCount(found) + 1);
        return true;
    }
}
