using System.Numerics;

namespace SecondLook.Replay.Reference;

/// <summary>Runs a policy that does not look ahead as a kernel would have to: it sees faults at once, and uses of resident pages only at harvests.</summary>
/// <remarks>
/// A use sets the page's bit; a harvest clears all bits and tells the policy of one hit of each page that had its bit set, in order of page number,
/// which is the order of a page-table walk. A page that leaves takes its bit with it.
/// </remarks>
public sealed class SampledPolicy : IReferencePolicy
{
    private readonly IReferencePolicy _policy;
    private readonly int[] _rankOf;
    private readonly int[] _pageOf;
    private readonly int[] _harvests;
    private readonly ulong[] _used;
    private int _nextHarvest;

    /// <summary>Wraps a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="order">Page ids in order of page number; empty when ids are in that order.</param>
    /// <param name="pages">Page ids run from 0 to this, exclusive.</param>
    /// <param name="harvests">Ascending positions; a harvest happens before the request there. Empty when <see cref="Harvest"/> is called from outside.</param>
    /// <exception cref="ArgumentException">The policy looks ahead.</exception>
    public SampledPolicy(IReferencePolicy policy, ReadOnlySpan<int> order, int pages, int[] harvests)
    {
        if (policy.LooksAhead)
        {
            throw new ArgumentException("A policy that sees the future has nothing to be sampled.", nameof(policy));
        }
        _policy = policy;
        _harvests = harvests;
        _pageOf = new int[pages];
        _rankOf = new int[pages];
        for (int rank = 0; rank < pages; rank++)
        {
            _pageOf[rank] = order.IsEmpty ? rank : order[rank];
            _rankOf[_pageOf[rank]] = rank;
        }
        _used = new ulong[(pages + 63) >> 6];
    }

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _nextHarvest = 0;
        Array.Clear(_used);
        _policy.Start(requests, capacity, seed);
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        HarvestUntil(position);
        int rank = _rankOf[page];
        _used[rank >> 6] |= 1UL << (rank & 63);
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        HarvestUntil(position);
        return Left(_policy.Miss(page, position, full));
    }

    /// <inheritdoc/>
    public int Evict() => Left(_policy.Evict());

    /// <summary>The policy learns which pages were used since the last harvest.</summary>
    /// <param name="position">Position of the next request.</param>
    public void Harvest(int position)
    {
        for (int word = 0; word < _used.Length; word++)
        {
            ulong bits = _used[word];
            _used[word] = 0;
            for (; bits != 0; bits &= bits - 1)
            {
                _policy.Hit(_pageOf[(word << 6) | BitOperations.TrailingZeroCount(bits)], position);
            }
        }
    }

    private void HarvestUntil(int position)
    {
        while (_nextHarvest < _harvests.Length && _harvests[_nextHarvest] <= position)
        {
            Harvest(_harvests[_nextHarvest++]);
        }
    }

    private int Left(int page)
    {
        if (page >= 0)
        {
            int rank = _rankOf[page];
            _used[rank >> 6] &= ~(1UL << (rank & 63));
        }
        return page;
    }
}
