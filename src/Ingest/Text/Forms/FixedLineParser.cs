using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// The fast path of <c>comm-pid (tgid) [cpu] flags time: event: message</c> lines: reads every line of a block that fits a fixed grammar from
/// end to end and leaves the others to <see cref="TaskLine"/> and the tracepoints' own parsers. Lines of a block that look alike are read
/// together. Touches nothing but the block and its own memory, so several blocks may be parsed at the same time.
/// </summary>
/// <param name="tracepoints">All tracepoints of the catalogue.</param>
internal sealed class FixedLineParser(TracepointTable tracepoints)
{
    private const int MinLine = 48;

    // Shapes in pairs: two that share a place do not drive out each other.
    private const int Shapes = 1 << 12;

    // A shape is worth making when other lines follow that have it; where hardly any two lines are alike, one in so many may still be tried.
    private const int LinesPerNewShape = 16;
    private readonly TaskPrefixTable _prefixes = new();
    private readonly FormTable _forms = new(tracepoints);
    private readonly LineShape?[] _shapes = new LineShape?[Shapes];
    private readonly Queues _queues = new();
    private int[] _starts = [];
    private readonly List<ShapeNumber> _numbers = [];
    private long _block;
    private int _newShapes = Shapes;

    /// <summary>Reads the lines of a block; lines that do not fit are marked <see cref="FixedRows.Unread"/>.</summary>
    public void Parse(LineBlock block)
    {
        if (block.HasNul || !FormNumbers.IsSupported)
        {
            return;
        }
        ReadOnlySpan<int> ends = block.Ends;
        _newShapes = Math.Min(Shapes, _newShapes + (ends.Length / LinesPerNewShape));
        FixedRows rows = block.Rows;
        Span<FixedRow> to = rows.Begin(ends.Length);
        ref byte text = ref MemoryMarshal.GetArrayDataReference(block.Buffer);
        FindTasks(ref text, block.Start, ends, rows, to);
        int used = 0;
        foreach (int place in _queues.Used)
        {
            ReadAlike(ref text, ends, place, rows, to, ref used);
        }
        rows.Forms = _forms.Forms;
    }

    // Reads the columns up to the CPU, and queues each line by the shape that it may have.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindTasks(ref byte text, int start, ReadOnlySpan<int> ends, FixedRows rows, Span<FixedRow> to)
    {
        _block++;
        _queues.Begin(Shapes / 2, ends.Length);
        if (_starts.Length < ends.Length)
        {
            _starts = new int[BitOperations.RoundUpToPowerOf2((uint)ends.Length)];
        }
        // From the last one back, so that queues are in the order of the lines.
        for (int i = ends.Length - 1; i >= 0; i--)
        {
            int from = i == 0 ? start : ends[i - 1] + 1;
            int length = ends[i] - from;
            ref byte line = ref Unsafe.Add(ref text, from);
            if (length < MinLine || Unsafe.Add(ref line, 16) != '-' || Unsafe.Add(ref line, length - 1) == '\r'
                || _prefixes.Find(ref line, length, out int columns) is not { } prefix)
            {
                to[i].Form = FixedRows.Unread;
                continue;
            }
            if (prefix.Block != _block)
            {
                prefix.Block = _block;
                prefix.Index = rows.Add(prefix);
            }
            to[i].Prefix = prefix.Index;
            _starts[i] = from + columns;
            _queues.Push(Place(ref Unsafe.Add(ref line, columns), length - columns), i);
        }
    }

    private void ReadAlike(ref byte text, ReadOnlySpan<int> ends, int place, FixedRows rows, Span<FixedRow> to, ref int used)
    {
        int line = _queues.Take(place);
        place *= 2;
        while (line >= 0)
        {
            if (_shapes[place] is { } shape)
            {
                line = shape.ReadAll(ref text, _queues.Next, _starts, ends, line, to, rows, ref used);
                if (line < 0)
                {
                    return;
                }
            }
            ReadOne(ref text, line, ends[line], place, ref to[line], rows, ref used);
            line = _queues.Next[line];
        }
    }

    // A line that is not of the first shape of its place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadOne(ref byte text, int line, int end, int place, ref FixedRow row, FixedRows rows, ref int used)
    {
        int start = _starts[line];
        rows.Reserve(used + FieldValues.MaxFields);
        ref ulong values = ref rows.Values[used];
        LineShape? shape = _shapes[place + 1];
        row.Form = shape is not null && shape.Length == end - start && shape.TryRead(ref Unsafe.Add(ref text, start), start, out row.Stamp, ref values)
            ? shape.Form
            : Walk(ref text, start, end, place, out row.Stamp, ref values);
        row.Value = used;
        if (row.Form >= 0)
        {
            used += _forms.Forms[row.Form].Slots.Length;
            rows.AddRead(line);
        }
    }

    // Eight bytes that lie in the event name when the columns have their usual widths, the first of the latency flags, and the length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(ref byte rest, int length)
    {
        ulong name = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref rest, 24));
        ulong flags = Unsafe.ReadUnaligned<uint>(ref rest);
        ulong hash = (name * 0x9E3779B97F4A7C15) + (flags * 0xD6E8FEB86659FD93) + ((ulong)length * 0xA24BAED4963EE407);
        return (int)(((hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15) >> 53);
    }

    // Reads a line from left to right, and remembers its shape.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Walk(ref byte text, int start, int end, int place, out ulong stamp, ref ulong values)
    {
        stamp = 0;
        int at = start;
        int flags = FlagsLength(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at)));
        if (flags < 0)
        {
            return FixedRows.Unread;
        }
        at += flags;
        while (Unsafe.Add(ref text, at) == ' ')
        {
            at++;
        }
        int from = at;
        int length = FormNumbers.Stamp(ref Unsafe.Add(ref text, at), out stamp);
        at += length + 2;
        if (length == 0 || Unsafe.Add(ref text, at - 1) != ' ' || at >= end || _forms.Find(ref Unsafe.Add(ref text, at), out int name) is not { } names)
        {
            return FixedRows.Unread;
        }
        at += name + 1;
        while (Unsafe.Add(ref text, at) == ' ')
        {
            at++;
        }
        if (at > end)
        {
            return FixedRows.Unread;
        }
        int form = Form(names, ref text, at, end, ref values);
        if (form >= 0 && names.Entry is not null && LineShape.IsPossible(end - start) && _newShapes > 0)
        {
            Remember(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref text, start), end - start), from - start, from + length - start, at - start, form, place);
        }
        return form;
    }

    private void Remember(ReadOnlySpan<byte> line, int stamp, int colon, int message, int form, int place)
    {
        _numbers.Clear();
        if (_forms.Forms[form].TryLocate(line, message, _numbers))
        {
            _newShapes--;
            _shapes[place + 1] = _shapes[place];
            _shapes[place] = new LineShape(line, stamp, colon, CollectionsMarshal.AsSpan(_numbers), form);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Form(FormTable.Names names, ref byte text, int at, int end, ref ulong values)
    {
        int[] candidates = names.Forms;
        if (names.Entry is null)
        {
            return candidates[0];
        }
        MessageForm[] forms = _forms.Forms;
        foreach (int form in candidates)
        {
            if (forms[form].TryRead(ref text, at, end, ref values))
            {
                return form;
            }
        }
        return Learn(names, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref text, at), end - at));
    }

    // Messages of pairs need no form written down: the first one shows the order of its names. The line itself takes the slow reader.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Learn(FormTable.Names names, ReadOnlySpan<byte> message)
    {
        if (names.Forms.Length < FormTable.MaxFormsOfName && names.Entry!.Tracepoint is Tracepoints.PairsTracepoint
            && PairForms.Of(message, names.Entry.Tracepoint.Fields) is { } form)
        {
            _forms.Add(names, new MessageForm(names.Entry, form));
        }
        return FixedRows.Unread;
    }

    // The latency columns: 3 to 7 characters that are neither blank nor colon, or none at all. The first one never is a digit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FlagsLength(ulong bytes)
    {
        uint first = (uint)(bytes & 0xFF);
        if (first is ' ' or (>= '0' and <= '9'))
        {
            return 0;
        }
        int length = FirstOf(bytes, 0x2020202020202020);
        int colon = FirstOf(bytes, 0x3A3A3A3A3A3A3A3A);
        return length is >= 3 and < 8 && colon > length ? length : -1;
    }

    // Exact up to the first match, which is all that is asked.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstOf(ulong bytes, ulong wanted)
    {
        ulong differ = bytes ^ wanted;
        return BitOperations.TrailingZeroCount((differ - 0x0101010101010101) & ~differ & 0x8080808080808080) >> 3;
    }
}
