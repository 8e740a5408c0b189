using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// The fast path of <c>comm-pid (tgid) [cpu] flags time: event: message</c> lines: reads every line of a block that fits a fixed grammar from
/// end to end and leaves the others to <see cref="TaskLine"/> and the tracepoints' own parsers. Touches nothing but the block and its own
/// memory, so several blocks may be parsed at the same time.
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
    private readonly List<ShapeNumber> _numbers = [];
    private long _block;
    private int _newShapes = Shapes;

    /// <summary>Reads the lines of a block; lines that do not fit are marked <see cref="FixedRows.Unread"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Parse(LineBlock block)
    {
        if (block.HasNul || !FormNumbers.IsSupported)
        {
            return;
        }
        _block++;
        ReadOnlySpan<int> ends = block.Ends;
        _newShapes = Math.Min(Shapes, _newShapes + (ends.Length / LinesPerNewShape));
        FixedRows rows = block.Rows;
        Span<FixedRow> to = rows.Begin(ends.Length);
        ref byte text = ref MemoryMarshal.GetArrayDataReference(block.Buffer);
        ulong[] values = rows.Values;
        int used = 0;
        int start = block.Start;
        for (int i = 0; i < ends.Length; i++)
        {
            if (used + FieldValues.MaxFields > values.Length)
            {
                Array.Resize(ref values, values.Length * 2);
            }
            ref FixedRow row = ref to[i];
            row.Form = Line(ref text, start, ends[i], rows, ref row, ref values[used]);
            if (row.Form >= 0)
            {
                used += _forms.Forms[row.Form].Slots.Length;
            }
            start = ends[i] + 1;
        }
        rows.Values = values;
        rows.Forms = _forms.Forms;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Line(ref byte text, int start, int end, FixedRows rows, ref FixedRow row, ref ulong values)
    {
        if (end - start < MinLine || Unsafe.Add(ref text, start + 16) != '-' || Unsafe.Add(ref text, end - 1) == '\r'
            || _prefixes.Find(ref Unsafe.Add(ref text, start), end - start, out int length) is not { } prefix)
        {
            return FixedRows.Unread;
        }
        int left = end - start - length;
        ref byte rest = ref Unsafe.Add(ref text, start + length);
        uint place = Place(ref rest, left);
        LineShape? shape = Shape(place);
        int form;
        if (shape is not null && shape.Length == left && shape.TryRead(ref rest, start + length, out row.Stamp, ref values))
        {
            form = shape.Form;
        }
        else
        {
            shape = Shape(place + 1);
            form = shape is not null && shape.Length == left && shape.TryRead(ref rest, start + length, out row.Stamp, ref values)
                ? shape.Form
                : Walk(ref text, start + length, end, place, out row.Stamp, ref values);
        }
        if (form >= 0)
        {
            if (prefix.Block != _block)
            {
                prefix.Block = _block;
                prefix.Index = rows.Add(prefix);
            }
            row.Prefix = prefix.Index;
        }
        return form;
    }

    // Eight bytes that lie in the event name when the columns have their usual widths, the first of the latency flags, and the length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Place(ref byte rest, int length)
    {
        ulong name = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref rest, 24));
        ulong flags = Unsafe.ReadUnaligned<uint>(ref rest);
        ulong hash = (name * 0x9E3779B97F4A7C15) + (flags * 0xD6E8FEB86659FD93) + ((ulong)length * 0xA24BAED4963EE407);
        return (uint)(((hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15) >> 53) * 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LineShape? Shape(uint place) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_shapes), (nint)place);

    // Reads a line from left to right, and remembers its shape.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Walk(ref byte text, int start, int end, uint place, out ulong stamp, ref ulong values)
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

    private void Remember(ReadOnlySpan<byte> line, int stamp, int colon, int message, int form, uint place)
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
