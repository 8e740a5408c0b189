using System.Numerics;
using System.Runtime.InteropServices;

namespace SecondLook.Replay.Reference;

/// <summary>The LRU stack of a request stream whose pages belong to groups: how many distinct pages of each group were requested since the last request of a page.</summary>
/// <remarks>
/// As <see cref="StackDistances"/>, every page marks the place of its last request; counts by group stand in a tree over blocks of 64 places
/// (Fenwick, one lane a group), and a block is counted place by place.
/// </remarks>
public sealed class GroupedStack
{
    /// <summary>Groups, numbered from 0.</summary>
    public const int Groups = 32;

    private const int BlockShift = 6;
    private readonly int[] _last;
    private readonly byte[] _group;
    private readonly int[] _pageAt;
    private readonly int[] _tree;
    private readonly int[] _total = new int[Groups];
    private readonly int _blocks;
    private int _end;

    /// <summary>Creates an empty stack.</summary>
    /// <param name="groups">Group of each page, below <see cref="Groups"/>.</param>
    public GroupedStack(byte[] groups)
    {
        _group = groups;
        _last = new int[groups.Length];
        Array.Fill(_last, -1);
        _blocks = (int)((2L * groups.Length) >> BlockShift) + 2;
        _pageAt = new int[_blocks << BlockShift];
        Array.Fill(_pageAt, -1);
        _tree = new int[(_blocks + 1) * Groups];
    }

    /// <summary>A page is requested.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="between">Receives the pages of each group requested since its last request, itself left out; zeros for a first request.</param>
    /// <returns>Smallest LRU memory in which this request hits, pages; 0 for a first request.</returns>
    public int Request(int page, Span<int> between)
    {
        between.Clear();
        int distance = _last[page] < 0 ? 0 : 1 + Since(_last[page], between);
        Move(page);
        return distance;
    }

    /// <summary>A page is requested, and nobody wants to know what was between.</summary>
    /// <param name="page">Dense page id.</param>
    public void Move(int page)
    {
        int last = _last[page];
        if (last >= 0)
        {
            Add(last >> BlockShift, _group[page], -1);
            _pageAt[last] = -1;
        }
        if (_end == _pageAt.Length)
        {
            MoveTogether();
        }
        Place(page);
    }

    // Marks to the right of a place, by group.
    private int Since(int place, Span<int> between)
    {
        _total.CopyTo(between);
        Span<Vector<int>> lanes = MemoryMarshal.Cast<int, Vector<int>>(between);
        for (int block = place >> BlockShift; block > 0; block &= block - 1)
        {
            ReadOnlySpan<Vector<int>> before = MemoryMarshal.Cast<int, Vector<int>>(_tree.AsSpan(block * Groups, Groups));
            for (int i = 0; i < lanes.Length; i++)
            {
                lanes[i] -= before[i];
            }
        }
        for (int at = place & ~((1 << BlockShift) - 1); at <= place; at++)
        {
            int page = _pageAt[at];
            if (page >= 0)
            {
                between[_group[page]]--;
            }
        }
        int sum = 0;
        foreach (int count in between)
        {
            sum += count;
        }
        return sum;
    }

    private void Place(int page)
    {
        _pageAt[_end] = page;
        _last[page] = _end;
        Add(_end >> BlockShift, _group[page], 1);
        _end++;
    }

    private void Add(int block, int group, int one)
    {
        _total[group] += one;
        for (int node = block + 1; node <= _blocks; node += node & -node)
        {
            _tree[(node * Groups) + group] += one;
        }
    }

    private void MoveTogether()
    {
        int end = _end;
        _end = 0;
        _tree.AsSpan().Clear();
        _total.AsSpan().Clear();
        for (int at = 0; at < end; at++)
        {
            int page = _pageAt[at];
            _pageAt[at] = -1;
            if (page >= 0)
            {
                Place(page);
            }
        }
    }
}
