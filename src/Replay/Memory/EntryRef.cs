namespace SecondLook.Replay.Memory;

/// <summary>Where a walk of a <see cref="PageTree"/> ended: an entry of a table, not necessarily of level 1.</summary>
/// <param name="Table">Table number in <see cref="EntryTables"/>; -1 when the walk found no table at all.</param>
/// <param name="Index">Entry in the table, 0 to 511.</param>
/// <param name="Level">Level of the entry: 1 = 4 KiB, 2 = 2 MiB, 3 = 1 GiB; 4 when there is no table.</param>
/// <remarks>
/// Models: the position of a page-table walk.
/// Omits: nothing.
/// </remarks>
public readonly record struct EntryRef(int Table, int Index, int Level)
{
    /// <summary>Base pages from the one asked for (inclusive) to the end of the entry.</summary>
    /// <param name="page">A page inside the entry.</param>
    public ulong PagesLeft(ulong page)
    {
        ulong span = 1UL << (9 * (Level - 1));
        return span - (page & (span - 1));
    }
}
