using SecondLook.Parquet.Format;

namespace SecondLook.Parquet.Chunks;

/// <summary>Least and greatest value of every page of a chunk of numbers.</summary>
internal sealed class PageRanges<T>
    where T : unmanaged
{
    private T[] _min = [];
    private T[] _max = [];
    private bool[] _known = [];

    /// <summary>Makes room for a chunk and forgets the one before.</summary>
    public void Begin(int pages)
    {
        if (_min.Length < pages)
        {
            _min = new T[pages];
            _max = new T[pages];
            _known = new bool[pages];
        }
        _known.AsSpan(0, pages).Clear();
    }

    /// <summary>Sets the range of a page.</summary>
    public void Set(int page, T min, T max)
    {
        _min[page] = min;
        _max[page] = max;
        _known[page] = true;
    }

    /// <summary>Copies the range of a page, where it has one.</summary>
    public void Describe(int page, ColumnStatistics statistics)
    {
        if (_known[page])
        {
            statistics.SetRange(_min[page], _max[page]);
        }
    }
}
