using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>Which rows and which values fall into which page of a chunk. Pages begin at multiples of 64 rows.</summary>
internal sealed class PageLayout(int pageRows)
{
    private int[] _valueStarts = new int[64];
    private int _rows;

    /// <summary>Number of pages.</summary>
    public int Pages { get; private set; }

    /// <summary>Values that are not null.</summary>
    public int Values => _valueStarts[Pages];

    /// <summary>Lays out a chunk.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="validity">One bit per row, or empty when every row has a value.</param>
    public void Arrange(int rows, ReadOnlySpan<ulong> validity)
    {
        Resize(rows);
        int values = 0;
        for (int page = 0; page < Pages; page++)
        {
            _valueStarts[page] = values;
            int count = Rows(page);
            values += validity.IsEmpty ? count : LevelEncoder.CountSet(validity[(FirstRow(page) >> 6)..], count);
        }
        _valueStarts[Pages] = values;
    }

    /// <summary>Lays out a chunk in which every row is null.</summary>
    public void ArrangeNulls(int rows)
    {
        Resize(rows);
        _valueStarts.AsSpan(0, Pages + 1).Clear();
    }

    /// <summary>First row of a page.</summary>
    public int FirstRow(int page) => page * pageRows;

    /// <summary>Rows of a page.</summary>
    public int Rows(int page) => Math.Min(pageRows, _rows - FirstRow(page));

    /// <summary>First value of a page.</summary>
    public int FirstValue(int page) => _valueStarts[page];

    /// <summary>Values of a page.</summary>
    public int ValuesIn(int page) => _valueStarts[page + 1] - _valueStarts[page];

    private void Resize(int rows)
    {
        _rows = rows;
        Pages = (int)(((long)rows + pageRows - 1) / pageRows);
        if (_valueStarts.Length <= Pages)
        {
            _valueStarts = new int[Pages + 64];
        }
    }
}
