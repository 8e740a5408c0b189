using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>A replay table with its rows sorted out by schedule and capacity.</summary>
public sealed class GroupedTable
{
    private readonly Dictionary<(int Schedule, long Capacity), int[]> _rows = [];

    private GroupedTable(Table? values, Dictionary<(int Schedule, long Capacity), List<int>> rows)
    {
        Values = values;
        foreach (((int Schedule, long Capacity) key, List<int> list) in rows)
        {
            _rows.Add(key, [.. list]);
        }
    }

    /// <summary>The table, or null when the policy has none.</summary>
    public Table? Values { get; }

    /// <summary>Every schedule and capacity that has rows, ascending; capacity null where the table or the demand has none.</summary>
    public IEnumerable<(int Schedule, long? Capacity)> Keys =>
        _rows.Keys.Order().Select(k => (k.Schedule, k.Capacity < 0 ? (long?)null : k.Capacity));

    /// <summary>Reads a table if its file exists.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="schedule">Column of the schedule id.</param>
    /// <param name="capacity">Column of the capacity; null for tables without one.</param>
    public static GroupedTable Read(string path, TableSchema schema, Column<int> schedule, Column<long>? capacity)
    {
        Dictionary<(int Schedule, long Capacity), List<int>> rows = [];
        if (!File.Exists(path))
        {
            return new GroupedTable(null, rows);
        }
        Table table = Table.Read(path, schema);
        int[] schedules = table[schedule];
        (int Schedule, long Capacity) last = default;
        List<int>? list = null;
        for (int r = 0; r < table.RowCount; r++)
        {
            (int Schedule, long Capacity) key = (schedules[r], capacity is null || table.IsNull(capacity, r) ? -1 : table[capacity][r]);
            if (list is null || key != last)
            {
                if (!rows.TryGetValue(key, out list))
                {
                    list = [];
                    rows.Add(key, list);
                }
                last = key;
            }
            list.Add(r);
        }
        return new GroupedTable(table, rows);
    }

    /// <summary>Rows of one schedule and capacity, file order; empty when there are none.</summary>
    public int[] Rows(int schedule, long? capacity) => _rows.GetValueOrDefault((schedule, capacity ?? -1), []);
}
