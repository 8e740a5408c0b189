namespace SecondLook.Ingest.Ordering;

// Events that two tools both printed.
internal sealed partial class EventOrder
{
    // Looks at the pairs of released events within the tolerance; what is dropped gives its slot back.
    private int DropDuplicates(int release)
    {
        HashSet<int> dropped = [];
        // An event stands for one of each other stream at most: two like it in one stream are two calls.
        HashSet<(int, int, int)> pairs = [];
        for (int i = _processed; i < release; i++)
        {
            for (int j = i + 1; j < release && _keys[_order[j]].Time - _keys[_order[i]].Time <= Duplicates.ToleranceNs && !dropped.Contains(i); j++)
            {
                ref Contracts.Events.TraceEvent a = ref _events[_order[i]];
                ref Contracts.Events.TraceEvent b = ref _events[_order[j]];
                if (dropped.Contains(j) || !Duplicates.AreSame(ref a, ref b)
                    || pairs.Contains((i, b.FileNo, b.Stream)) || pairs.Contains((j, a.FileNo, a.Stream)))
                {
                    continue;
                }
                if (Duplicates.KeepFirst(ref a, ref b))
                {
                    _ = dropped.Add(j);
                    _ = pairs.Add((i, b.FileNo, b.Stream));
                }
                else
                {
                    _ = dropped.Add(i);
                    _ = pairs.Add((j, a.FileNo, a.Stream));
                }
            }
        }
        if (dropped.Count == 0)
        {
            return 0;
        }
        int kept = _processed;
        for (int i = _processed; i < _count; i++)
        {
            if (dropped.Contains(i))
            {
                _free[_freeCount++] = _order[i];
            }
            else
            {
                _order[kept++] = _order[i];
            }
        }
        _count = kept;
        _context.Repair(RepairKind.DuplicateDropped, dropped.Count);
        return dropped.Count;
    }
}
