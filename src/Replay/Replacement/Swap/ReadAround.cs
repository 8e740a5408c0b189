namespace SecondLook.Replay.Replacement.Swap;

/// <summary>How many neighbouring slots a swap-in reads along.</summary>
/// <remarks>Models: swapin_nr_pages and swap_cluster_readahead of mm/swap_state.c on a rotational disk. Omits: the rule by address.</remarks>
internal sealed class ReadAround
{
    private const int MostPages = 8;

    private int _hits = 4;
    private int _lastMissed;
    private int _lastPages;

    /// <summary>A page brought in by read-around was used.</summary>
    public void Hit() => _hits++;

    /// <summary>Slots to read, aligned, around the faulting one: first and last, both included.</summary>
    public (int First, int Last) Window(int slot)
    {
        int hits = _hits;
        _hits = 0;
        int pages = 1;
        if (hits == 0)
        {
            pages = slot == _lastMissed + 1 || slot == _lastMissed - 1 ? 2 : 1;
            _lastMissed = slot;
        }
        else
        {
            pages = 4;
            while (pages < hits + 2)
            {
                pages *= 2;
            }
        }
        pages = Math.Max(Math.Min(pages, MostPages), _lastPages / 2);
        _lastPages = pages;
        return (Math.Max(1, slot & ~(pages - 1)), slot | (pages - 1));
    }
}
