using System.Buffers.Text;
using System.Text;
using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Accesses;

/// <summary>Reads one access a line: columns named by a header, or the page number, or time and page number.</summary>
/// <remarks>
/// Accepts: commas, semicolons, tabs or spaces between columns; decimal or 0x numbers; lines that begin with <c>#</c> and empty lines are skipped; fewer than one in three may be no access. Of a
/// capture's <c>truth.csv</c> the accesses to device registers (MR, MW) are skipped: they touch no memory.
/// </remarks>
internal sealed class AccessCsv(AccessBuffer accesses)
{
    private const int ShownBytes = 60;
    private AccessCsvColumns? _columns;
    private long _line;
    private const int MostBad = 3;
    private const long BadWithoutDoubt = 1000;
    private int _registers;
    private long _rows;
    private long _bad;
    private InputException? _firstBad;

    /// <summary>Name of the trace, for messages.</summary>
    public string Name => accesses.Name;

    /// <summary>VM that all lines belong to, null when there is one only or a column says it.</summary>
    public string? Vm { get; init; }

    /// <summary>Whether the columns are those of a capture's truth file.</summary>
    public bool IsTruth => _columns is { Op: >= 0, Step: >= 0 };

    /// <summary>Tells what was skipped.</summary>
    public void Finish()
    {
        Refuse(0);
        if (_bad > 0)
        {
            accesses.Notes.Add($"{_bad} of {_rows} lines are no access and are left out; the first: {_firstBad!.Message}");
        }
        if (_registers > 0)
        {
            accesses.Notes.Add($"{_registers} accesses to device registers are left out: they touch no memory");
        }
    }

    /// <summary>Takes the lines of a block.</summary>
    /// <exception cref="InputException">Too many of them are no accesses.</exception>
    public void Take(LineBlock block)
    {
        ReadOnlySpan<byte> text = block.Buffer;
        int start = block.Start;
        foreach (int end in block.Ends)
        {
            TakeOrCount(text[start..end]);
            start = end + 1;
        }
        ReadOnlySpan<byte> tail = text.Slice(block.TailStart, block.TailLength);
        if (block.Tail == BlockTail.LongLine)
        {
            _line++;
            Count(Bad(tail, $"the line is longer than {LineReader.MaxLine} bytes"));
        }
        if (block.Tail == BlockTail.LastLine)
        {
            TakeOrCount(tail);
        }
    }

    // A line that is no access is left out and counted: it costs itself, unless there are so many that this is no list.
    private void TakeOrCount(ReadOnlySpan<byte> line)
    {
        try
        {
            Take(line);
        }
        catch (InputException e) when (e.Reason == "malformed_row")
        {
            if (!IsNextHeader(line))
            {
                Count(e);
            }
        }
    }

    // Lists put behind each other: the header of the next one tells its columns. Either all have times or none.
    private bool IsNextHeader(ReadOnlySpan<byte> line)
    {
        if (_columns is null)
        {
            return false;
        }
        AccessCsvColumns next = AccessCsvColumns.Of(line.Trim(" \t\r"u8), out bool header, out string? problem);
        if (!header || problem is not null || next.Time >= 0 != _columns.Time >= 0)
        {
            return false;
        }
        _columns = next;
        _rows--;
        return true;
    }

    private void Count(InputException bad)
    {
        _firstBad ??= bad;
        // A line that came before the columns were known has not been counted yet.
        _rows += _columns is null ? 1 : 0;
        _bad++;
        Refuse(BadWithoutDoubt);
    }

    private void Refuse(long unless)
    {
        if (_firstBad is not null && _bad > unless && _bad * MostBad >= _rows)
        {
            throw _firstBad;
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty || line[0] == (byte)'#')
        {
            return;
        }
        if (_columns is null)
        {
            AccessCsvColumns found = AccessCsvColumns.Of(line, out bool header, out string? problem);
            if (problem is not null)
            {
                throw Bad(line, problem);
            }
            _columns = found;
            if (header)
            {
                return;
            }
        }
        _rows++;
        AccessCsvColumns columns = _columns!;
        ulong page = 0;
        long time = 0;
        long step = 0;
        string vm = "";
        int count = 0;
        ReadOnlySpan<byte> rest = line;
        for (bool more = true; more; count++)
        {
            more = columns.Next(ref rest, out ReadOnlySpan<byte> field);
            if (count == columns.Page)
            {
                page = Number(field, line, "page number");
            }
            else if (count == columns.Time)
            {
                time = columns.TimeNs(field) ?? throw Bad(line, $"'{Shown(field)}' is no time in {columns.TimeUnit}");
            }
            else if (count == columns.Step)
            {
                step = Utf8Parser.TryParse(field, out step, out int used) && used == field.Length ? step : throw Bad(line, $"'{Shown(field)}' is no step of a plan");
            }
            else if (count == columns.Vm)
            {
                vm = Encoding.UTF8.GetString(field);
            }
            else if (count == columns.Op && field is [(byte)'M', _])
            {
                _registers++;
                return;
            }
        }
        if (count != columns.Count)
        {
            throw Bad(line, $"{count} columns, expected {columns.Count}");
        }
        page = columns.IsAddress ? page >> PageSize.Shift : page;
        if (columns.Vm >= 0 || Vm is not null)
        {
            // Plans of several VMs number their steps alike: only times order them.
            page = accesses.Of(Vm ?? vm, page);
            step = 0;
        }
        if (columns.Time >= 0)
        {
            accesses.Add(page, time, (int)Math.Clamp(step, int.MinValue, int.MaxValue));
        }
        else
        {
            accesses.Add(page);
        }
    }

    private ulong Number(ReadOnlySpan<byte> field, ReadOnlySpan<byte> line, string what) =>
        AccessCsvColumns.TryNumber(field, out ulong number) ? number : throw Bad(line, $"'{Shown(field)}' is no {what}");

    private InputException Bad(ReadOnlySpan<byte> line, string problem) =>
        new("malformed_row", $"{accesses.Name}: line {_line}: {problem}: {Shown(line)}");

    private static string Shown(ReadOnlySpan<byte> text)
    {
        StringBuilder shown = new();
        foreach (byte b in text[..Math.Min(text.Length, ShownBytes)])
        {
            shown.Append(b is >= 0x20 and < 0x7f ? (char)b : '?');
        }
        return text.Length > ShownBytes ? shown.Append('…').ToString() : shown.ToString();
    }
}
