using System.Numerics;
using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>Recounts a <see cref="PageTree"/> and compares with the counts it keeps.</summary>
/// <remarks>
/// Models: nothing of the kernel; an invariant of the model.
/// Omits: frames, which no count covers.
/// </remarks>
internal static class TreeCheck
{
    /// <summary>Looks for a contradiction.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? FindBroken(PageTree tree)
    {
        long leafs = 0;
        int tables = 0;
        foreach (int top in tree.Tops)
        {
            if (top != 0 && Visit(tree.Tables, top - 1, ref leafs, ref tables) is { } broken)
            {
                return broken;
            }
        }
        return leafs != tree.LeafCount ? $"{leafs} leafs found, {tree.LeafCount} counted"
            : tables != tree.TableCount ? $"{tables} tables found, {tree.TableCount} counted"
            : null;
    }

    private static string? Visit(EntryTables tables, int table, ref long leafs, ref int count)
    {
        count++;
        int used = 0;
        for (int i = 0; i < PageSize.PagesPerTable; i++)
        {
            bool leaf = tables.Has(table, i, EntryPlane.Leaf);
            bool child = (tables.Value(table, i) & EntryTables.ChildTag) != 0 && tables.LevelOf(table) > 1;
            if (leaf && child)
            {
                return $"entry {i} of a level-{tables.LevelOf(table)} table is a leaf and a pointer";
            }
            used += leaf || child || tables.Has(table, i, EntryPlane.Special) ? 1 : 0;
            if (child && Visit(tables, (int)tables.Value(table, i), ref leafs, ref count) is { } broken)
            {
                return broken;
            }
        }
        for (int i = 0; i < PageSize.PagesPerTable; i += 64)
        {
            leafs += BitOperations.PopCount(tables.Line(table, i)[EntryPlane.Leaf]);
        }
        return used == tables.Used(table) ? null : $"a level-{tables.LevelOf(table)} table holds {used} entries, {tables.Used(table)} counted";
    }
}
