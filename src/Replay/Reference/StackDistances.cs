using System.Numerics;
using System.Runtime.InteropServices;

namespace SecondLook.Replay.Reference;

/// <summary>The LRU stack of a request stream: how many distinct pages were requested since the last request of a page, itself included.</summary>
/// <remarks>
/// Every page marks the place of its last request in a bitmap that is written from left to right; the distance is the number of marks from there on.
/// Counts before each word within its block of 64 words, before each block, and before each group of 64 blocks make that a read of three numbers;
/// a mark that goes lowers the counts to its right within its block and group, a few vector operations. When the bitmap is full the marks are moved
/// together, which costs a constant for each request as the bitmap has room for as many requests as there are pages.
/// </remarks>
public sealed class StackDistances
{
    private const int WordShift = 6;
    private const int BlockShift = 12;
    private const int GroupShift = 18;
    private readonly int[] _last;
    private readonly int[] _pageAt;
    private readonly ulong[] _marks;
    private readonly ushort[] _inBlock;
    private readonly int[] _inGroup;
    private readonly int[] _inAll;
    private int _end;

    /// <summary>Creates an empty stack.</summary>
    /// <param name="pages">Page ids run from 0 to this, exclusive.</param>
    public StackDistances(int pages)
    {
        // Twice the pages, so that moving together frees at least half; whole groups, so that counts need no bounds.
        int groups = (int)((2L * pages) >> GroupShift) + 1;
        _last = new int[pages];
        Array.Fill(_last, -1);
        _pageAt = new int[groups << GroupShift];
        _marks = new ulong[groups << (GroupShift - WordShift)];
        _inBlock = new ushort[_marks.Length];
        _inGroup = new int[groups << (GroupShift - BlockShift)];
        _inAll = new int[groups];
    }

    /// <summary>Distinct pages so far.</summary>
    public int Count { get; private set; }

    /// <summary>A page is requested.</summary>
    /// <param name="page">Dense page id.</param>
    /// <returns>Smallest LRU memory in which this request hits, pages; 0 for a first request.</returns>
    public int Request(int page)
    {
        int last = _last[page];
        int distance = 0;
        if (last >= 0)
        {
            distance = Count - Before(last);
            Unmark(last);
        }
        else
        {
            Count++;
        }
        if (_end == _pageAt.Length)
        {
            MoveTogether(page);
        }
        Mark(page);
        return distance;
    }

    // Marks to the left of a place.
    private int Before(int place)
    {
        ulong left = _marks[place >> WordShift] & ((1UL << (place & 63)) - 1);
        return _inAll[place >> GroupShift] + _inGroup[place >> BlockShift] + _inBlock[place >> WordShift] + BitOperations.PopCount(left);
    }

    private void Mark(int page)
    {
        int place = _end++;
        int word = place >> WordShift;
        if ((place & 63) == 0 && place > 0)
        {
            // Nothing was ever to the right of the last place: its counts begin where the word, block and group before it end.
            int marks = BitOperations.PopCount(_marks[word - 1]);
            int block = place >> BlockShift;
            int group = place >> GroupShift;
            bool newBlock = (word & 63) == 0;
            bool newGroup = newBlock && (block & 63) == 0;
            int inBlock = _inBlock[word - 1] + marks;
            _inBlock[word] = newBlock ? (ushort)0 : (ushort)inBlock;
            if (newBlock)
            {
                int inGroup = _inGroup[block - 1] + inBlock;
                _inGroup[block] = newGroup ? 0 : inGroup;
                if (newGroup)
                {
                    _inAll[group] = _inAll[group - 1] + inGroup;
                }
            }
        }
        _marks[word] |= 1UL << (place & 63);
        _pageAt[place] = page;
        _last[page] = place;
    }

    private void Unmark(int place)
    {
        int word = place >> WordShift;
        int block = place >> BlockShift;
        int group = place >> GroupShift;
        _marks[word] &= ~(1UL << (place & 63));
        // Places that are still to be written hold rubbish until they are begun, so lowering them does no harm.
        Lower(_inBlock.AsSpan(word + 1, ((word | 63) + 1) - (word + 1)));
        Lower(_inGroup.AsSpan(block + 1, ((block | 63) + 1) - (block + 1)));
        Lower(_inAll.AsSpan(group + 1));
    }

    private static void Lower(Span<ushort> counts)
    {
        Span<Vector<ushort>> vectors = MemoryMarshal.Cast<ushort, Vector<ushort>>(counts);
        foreach (ref Vector<ushort> vector in vectors)
        {
            vector -= Vector<ushort>.One;
        }
        foreach (ref ushort count in counts[(vectors.Length * Vector<ushort>.Count)..])
        {
            count--;
        }
    }

    private static void Lower(Span<int> counts)
    {
        Span<Vector<int>> vectors = MemoryMarshal.Cast<int, Vector<int>>(counts);
        foreach (ref Vector<int> vector in vectors)
        {
            vector -= Vector<int>.One;
        }
        foreach (ref int count in counts[(vectors.Length * Vector<int>.Count)..])
        {
            count--;
        }
    }

    // The page being requested has no mark; all others keep their order.
    private void MoveTogether(int page)
    {
        int end = _end;
        _end = 0;
        for (int word = 0; word < (end + 63) >> WordShift; word++)
        {
            ulong bits = _marks[word];
            _marks[word] = 0;
            for (; bits != 0; bits &= bits - 1)
            {
                // Marks only move left, so a word that was read is never overwritten before.
                Mark(_pageAt[(word << WordShift) | BitOperations.TrailingZeroCount(bits)]);
            }
        }
        _last[page] = -1;
    }
}
