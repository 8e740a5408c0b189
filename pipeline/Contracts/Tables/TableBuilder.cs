using SecondLook.Contracts.Events;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>Rows of a table under construction, by column. Usage: <c>int row = table.AddRow(); table[Column].Set(row, value);</c></summary>
public sealed class TableBuilder
{
    private readonly ColumnBuffer[] _buffers;
    private bool _frozen;

    /// <summary>Creates an empty table.</summary>
    /// <param name="schema">Its columns.</param>
    /// <param name="strings">String table shared by all string columns; a private one when null.</param>
    public TableBuilder(TableSchema schema, StringTable? strings = null)
    {
        Schema = schema;
        Strings = strings ?? new StringTable();
        _buffers = new ColumnBuffer[schema.Columns.Count];
        for (int i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = schema.Columns[i].Type switch
            {
                ParquetType.Boolean => new ColumnBuffer<bool>(),
                ParquetType.Int32 => new ColumnBuffer<int>(),
                ParquetType.Int64 => new ColumnBuffer<long>(),
                ParquetType.Double => new ColumnBuffer<double>(),
                _ => new StringColumnBuffer(Strings),
            };
        }
    }

    /// <summary>The columns.</summary>
    public TableSchema Schema { get; }

    /// <summary>Strings of all string columns.</summary>
    public StringTable Strings { get; }

    /// <summary>Rows added so far.</summary>
    public int RowCount { get; private set; }

    /// <summary>Buffer of a column by position.</summary>
    public ColumnBuffer this[int column] => _buffers[column];

    /// <summary>Buffer of a boolean column.</summary>
    public ColumnBuffer<bool> this[Column<bool> column] => (ColumnBuffer<bool>)_buffers[column.Index];

    /// <summary>Buffer of a 32-bit column.</summary>
    public ColumnBuffer<int> this[Column<int> column] => (ColumnBuffer<int>)_buffers[column.Index];

    /// <summary>Buffer of a 64-bit column.</summary>
    public ColumnBuffer<long> this[Column<long> column] => (ColumnBuffer<long>)_buffers[column.Index];

    /// <summary>Buffer of a number column.</summary>
    public ColumnBuffer<double> this[Column<double> column] => (ColumnBuffer<double>)_buffers[column.Index];

    /// <summary>Buffer of a string column.</summary>
    public StringColumnBuffer this[Column<string> column] => (StringColumnBuffer)_buffers[column.Index];

    /// <summary>Begins a row with every column null.</summary>
    /// <returns>Its position.</returns>
    public int AddRow() => RowCount++;

    /// <summary>Begins several rows with every column null.</summary>
    /// <returns>Position of the first.</returns>
    public int AddRows(int count)
    {
        RowCount += count;
        return RowCount - count;
    }

    /// <summary>Forgets all rows; strings stay.</summary>
    public void Clear()
    {
        foreach (ColumnBuffer buffer in _buffers)
        {
            buffer.Clear();
        }
        RowCount = 0;
        _frozen = false;
    }

    /// <summary>Puts down the strings of all ids, so that the rows can be written while others add strings to the table.</summary>
    internal void Freeze()
    {
        _frozen = true;
        Utf8Dictionary dictionary = Utf8Dictionary.Of(Strings);
        foreach (ColumnBuffer buffer in _buffers)
        {
            if (buffer is StringColumnBuffer strings)
            {
                strings.Frozen = dictionary;
            }
        }
    }

    /// <summary>Writes all rows as one row group.</summary>
    public void WriteRowGroup(ParquetWriter writer)
    {
        if (!_frozen)
        {
            Freeze();
        }
        RowGroupWriter group = writer.BeginRowGroup(RowCount);
        foreach (ColumnBuffer buffer in _buffers)
        {
            buffer.Write(group, RowCount);
        }
        group.End();
    }
}
