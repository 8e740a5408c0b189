namespace SecondLook.Replay.Memory;

/// <summary>The mappings of one host process, ordered by address and never overlapping.</summary>
/// <remarks>
/// Models: the maple tree of <c>struct mm_struct</c>.
/// Omits: merging of neighbours, which no rule here reads.
/// </remarks>
public sealed class VmaTable
{
    private readonly List<Vma> _vmas = [];
    private int _last;

    /// <summary>Mappings in order of address.</summary>
    public IReadOnlyList<Vma> All => _vmas;

    /// <summary>Adds a mapping; what it overlaps is cut away first.</summary>
    public void Add(Vma vma)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vma.Start, vma.End);
        Remove(vma.Start, vma.End);
        int at = 0;
        while (at < _vmas.Count && _vmas[at].Start < vma.Start)
        {
            at++;
        }
        _vmas.Insert(at, vma);
    }

    /// <summary>Cuts host pages [start, end) out of all mappings.</summary>
    public void Remove(ulong start, ulong end)
    {
        _last = 0;
        for (int i = _vmas.Count - 1; i >= 0; i--)
        {
            Vma vma = _vmas[i];
            if (vma.End <= start || vma.Start >= end)
            {
                continue;
            }
            _vmas.RemoveAt(i);
            if (vma.End > end)
            {
                _vmas.Insert(i, vma with { Start = end });
            }
            if (vma.Start < start)
            {
                _vmas.Insert(i, vma with { End = start });
            }
        }
    }

    /// <summary>Finds the mapping of a page.</summary>
    /// <param name="page">Host page.</param>
    /// <param name="vma">The mapping.</param>
    /// <returns>False when no mapping covers the page.</returns>
    public bool TryFind(ulong page, out Vma vma)
    {
        if (_last < _vmas.Count && page >= _vmas[_last].Start && page < _vmas[_last].End)
        {
            vma = _vmas[_last];
            return true;
        }
        int low = 0;
        int high = _vmas.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_vmas[middle].End <= page)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        if (low < _vmas.Count && _vmas[low].Start <= page)
        {
            _last = low;
            vma = _vmas[low];
            return true;
        }
        vma = default;
        return false;
    }
}
