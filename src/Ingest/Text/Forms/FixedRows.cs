using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>One line that fits a fixed grammar, or says that it does not.</summary>
internal struct FixedRow
{
    /// <summary>Time, ns.</summary>
    public ulong Stamp;

    /// <summary>Index into <see cref="FixedRows.Prefixes"/>.</summary>
    public int Prefix;

    /// <summary>Index into <see cref="FixedRows.Forms"/>, or <see cref="FixedRows.Unread"/>.</summary>
    public int Form;

    /// <summary>Index of its first value in <see cref="FixedRows.Values"/>.</summary>
    public int Value;
}

/// <summary>What the fixed grammars found in the lines of a block: one row a line, the values of all lines in one array.</summary>
internal sealed class FixedRows
{
    /// <summary>Marks a line that no fixed grammar fits; the slow readers take it.</summary>
    public const int Unread = -1;

    private FixedRow[] _rows = [];
    private int[] _read = [];
    private int _readCount;
    private TaskPrefix[] _prefixes = new TaskPrefix[16];

    /// <summary>The rows, by line; empty when no fixed grammar was tried.</summary>
    public Span<FixedRow> Rows => _rows.AsSpan(0, Count);

    /// <summary>Lines that were read, those of one form together: the order in which their values lie.</summary>
    public ReadOnlySpan<int> Read => _read.AsSpan(0, _readCount);

    /// <summary>Whether whoever takes the rows has turned the values into events.</summary>
    public bool AreDecoded { get; set; }

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Values of all rows: those of one row lie side by side, in the order of its form's values.</summary>
    public ulong[] Values { get; private set; } = new ulong[1 << 12];

    /// <summary>Grammars that rows name.</summary>
    public MessageForm[] Forms { get; set; } = [];

    /// <summary>Tasks that rows name.</summary>
    public ReadOnlySpan<TaskPrefix> Prefixes => _prefixes.AsSpan(0, PrefixCount);

    /// <summary>Number of tasks.</summary>
    public int PrefixCount { get; private set; }

    /// <summary>Makes room for a number of lines.</summary>
    public Span<FixedRow> Begin(int lines)
    {
        if (_rows.Length < lines)
        {
            _rows = new FixedRow[Math.Max(lines, 1 << 12)];
            _read = new int[_rows.Length];
        }
        Count = lines;
        return _rows.AsSpan(0, lines);
    }

    /// <summary>Makes room for a number of values in all; those that are there stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reserve(int values)
    {
        if (values > Values.Length)
        {
            Grow(values);
        }
    }

    /// <summary>Notes that a line was read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddRead(int line) => _read[_readCount++] = line;

    /// <summary>Adds a task.</summary>
    /// <returns>Its index.</returns>
    public int Add(TaskPrefix prefix)
    {
        if (PrefixCount == _prefixes.Length)
        {
            Array.Resize(ref _prefixes, PrefixCount * 2);
        }
        _prefixes[PrefixCount] = prefix;
        return PrefixCount++;
    }

    private void Grow(int values)
    {
        ulong[] bigger = new ulong[Math.Max(values, Values.Length * 2)];
        Values.CopyTo(bigger, 0);
        Values = bigger;
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Count = 0;
        _readCount = 0;
        AreDecoded = false;
        _prefixes.AsSpan(0, PrefixCount).Clear();
        PrefixCount = 0;
    }
}
