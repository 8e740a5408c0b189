using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Inspect;

/// <summary>True accesses by page, for judging answers.</summary>
internal sealed class TruthIndex
{
    private readonly Dictionary<(int Vm, ulong Gfn), List<long>> _times = [];

    /// <summary>Reads the table.</summary>
    /// <returns>Null when there is none.</returns>
    public static TruthIndex? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        TruthIndex index = new();
        Table table = Table.Read(path, TruthTable.Schema);
        List<string> vms = [];
        for (int row = 0; row < table.RowCount; row++)
        {
            string op = table[TruthTable.Op][row];
            if (op is not ("R" or "W"))
            {
                // Host accesses set no SPTE bit; MMIO touches no memory.
                continue;
            }
            string vm = table[TruthTable.Vm][row];
            int number = vms.IndexOf(vm);
            if (number < 0)
            {
                number = vms.Count;
                vms.Add(vm);
            }
            (int, ulong) key = (number, (ulong)table[TruthTable.Gfn][row]);
            if (!index._times.TryGetValue(key, out List<long>? times))
            {
                times = [];
                index._times.Add(key, times);
            }
            times.Add(table[TruthTable.TsNs][row]);
        }
        foreach (List<long> times in index._times.Values)
        {
            times.Sort();
        }
        return index;
    }

    /// <summary>Whether a page was touched in (from, to].</summary>
    public bool Touched(int vm, ulong gfn, long from, long to)
    {
        if (!_times.TryGetValue((vm, gfn), out List<long>? times))
        {
            return false;
        }
        int at = times.BinarySearch(from + 1);
        at = at < 0 ? ~at : at;
        return at < times.Count && times[at] <= to;
    }
}
