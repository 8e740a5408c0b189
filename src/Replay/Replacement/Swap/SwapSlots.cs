namespace SecondLook.Replay.Replacement.Swap;

/// <summary>Which page sits in which swap slot; slots are handed out in ascending runs of one cluster after the other.</summary>
/// <remarks>
/// Models: scan_swap_map_slots and the cluster lists of mm/swapfile.c as one task sees them.
/// Omits: per-CPU slot caches and several devices; slot 0 holds the header and is never handed out.
/// </remarks>
internal sealed class SwapSlots(int clusterSlots)
{
    private readonly List<int> _pageOf = [];
    private readonly List<int> _usedIn = [];
    private int[] _slotOf = [];
    private int _next = 1;
    private int _lowestMaybeFree;

    /// <summary>Slot of a page, 0 for none.</summary>
    public int SlotOf(int page) => page < _slotOf.Length ? _slotOf[page] : 0;

    /// <summary>Page in a slot, -1 for none.</summary>
    public int PageIn(int slot) => slot < _pageOf.Count ? _pageOf[slot] : -1;

    /// <summary>Gives a page the next slot.</summary>
    public int Give(int page, int pages)
    {
        if (page >= _slotOf.Length)
        {
            Array.Resize(ref _slotOf, Math.Max(pages, page + 1));
        }
        int slot = _next;
        if (PageIn(slot) >= 0 || (slot % clusterSlots == 0 && !ClusterIsFree(slot / clusterSlots)))
        {
            slot = FirstFreeCluster();
        }
        while (_pageOf.Count <= slot)
        {
            _pageOf.Add(-1);
        }
        int cluster = slot / clusterSlots;
        while (_usedIn.Count <= cluster)
        {
            _usedIn.Add(0);
        }
        _pageOf[slot] = page;
        _slotOf[page] = slot;
        _usedIn[cluster]++;
        _next = slot + 1;
        return slot;
    }

    public void Drop(int page)
    {
        int slot = SlotOf(page);
        if (slot == 0)
        {
            return;
        }
        _slotOf[page] = 0;
        _pageOf[slot] = -1;
        int cluster = slot / clusterSlots;
        if (--_usedIn[cluster] == 0)
        {
            _lowestMaybeFree = Math.Min(_lowestMaybeFree, cluster);
        }
    }

    private bool ClusterIsFree(int cluster) => cluster >= _usedIn.Count || _usedIn[cluster] == 0;

    private int FirstFreeCluster()
    {
        while (!ClusterIsFree(_lowestMaybeFree))
        {
            _lowestMaybeFree++;
        }
        return Math.Max(1, _lowestMaybeFree * clusterSlots);
    }
}
