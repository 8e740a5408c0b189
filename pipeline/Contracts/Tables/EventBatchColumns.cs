using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SecondLook.Contracts.Events;

namespace SecondLook.Contracts.Tables;

/// <summary>
/// Turns batches of <see cref="TraceEvent"/> rows into columns, a column at a time: several times faster than row by row, because each loop
/// reads one place of every event and writes one array.
/// </summary>
public sealed class EventBatchColumns
{
    /// <summary>Most events of a batch; what a column costs whatever their number is shared by so many.</summary>
    public const int BatchRows = 256;

    private const int BatchWords = BatchRows / 64;
    private readonly TableBuilder _rows;
    private readonly Target[] _targets;

    // A batch is larger than the fastest cache: columns whose fields share cache lines go one after the other.
    private readonly int[] _byOffset;

    /// <summary>Prepares the columns.</summary>
    /// <param name="rows">The columns to fill; its string table must be the one that the events' string ids belong to.</param>
    public EventBatchColumns(TableBuilder rows)
    {
        _rows = rows;
        _targets = new Target[rows.Schema.Columns.Count];
        for (int i = 0; i < _targets.Length; i++)
        {
            (int offset, int width) = TraceEvent.PlaceOf((EventColumn)i);
            _targets[i] = new Target(rows[i], offset, width);
        }
        _byOffset = [.. Enumerable.Range(0, _targets.Length)];
        Array.Sort(_byOffset, (a, b) => TraceEvent.PlaceOf((EventColumn)a).Offset.CompareTo(TraceEvent.PlaceOf((EventColumn)b).Offset));
    }

    /// <summary>Appends events.</summary>
    /// <param name="events">Where events are.</param>
    /// <param name="slots">Which of them, in row order, at most <see cref="BatchRows"/>.</param>
    /// <param name="seq">Sequence number of the first; whatever the events say of theirs is not read.</param>
    /// <returns>Number of values, that is bytes in PLAIN encoding divided by 8, roughly.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More slots than that, or events of more than 2 GiB: their places are 32 bits wide.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(TraceEvent[] events, ReadOnlySpan<int> slots, long seq)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots.Length, BatchRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events.Length, int.MaxValue / Unsafe.SizeOf<TraceEvent>());
        int row = _rows.AddRows(slots.Length);
        Span<ulong> present = stackalloc ulong[BatchRows];
        Span<int> places = stackalloc int[BatchRows];
        ulong any = 0;
        ulong all = ulong.MaxValue;
        for (int i = 0; i < slots.Length; i++)
        {
            // Bounds are checked here, once for all columns.
            ref TraceEvent e = ref events[slots[i]];
            present[i] = e.Present;
            places[i] = slots[i] * Unsafe.SizeOf<TraceEvent>();
            any |= e.Present;
            all &= e.Present;
        }
        ref byte first = ref Unsafe.As<TraceEvent, byte>(ref MemoryMarshal.GetArrayDataReference(events));
        Span<ulong> everyRow = stackalloc ulong[BatchWords];
        everyRow[..(slots.Length >> 6)].Fill(ulong.MaxValue);
        if ((slots.Length & 63) != 0)
        {
            everyRow[slots.Length >> 6] = (1UL << slots.Length) - 1;
        }
        Count(((ColumnBuffer<long>)_rows[(int)EventColumn.Seq]).Append(row, slots.Length, everyRow, slots.Length), seq);
        // Masks of 64 events, turned: word c then has bit i set when event i has column c.
        for (int word = 0; word << 6 < slots.Length; word++)
        {
            BitMatrix.Transpose(ref present[word << 6]);
        }
        int values = slots.Length;
        Span<int> some = stackalloc int[BatchRows + PlaceSelection.Slack];
        int someCount = 0;
        Span<ulong> bits = stackalloc ulong[BatchWords];
        any &= ~(1UL << (int)EventColumn.Seq);
        foreach (int column in _byOffset)
        {
            if ((any >> column & 1) == 0)
            {
                continue;
            }
            ref readonly Target target = ref _targets[column];
            if ((all >> column & 1) != 0)
            {
                values += slots.Length;
                target.Copy(row, slots.Length, everyRow, ref first, places[..slots.Length]);
                continue;
            }
            ulong change = 0;
            for (int word = 0; word << 6 < slots.Length; word++)
            {
                ulong of = present[(word << 6) + column];
                change |= of ^ bits[word];
                bits[word] = of;
            }
            if (change != 0)
            {
                // Fields that lie side by side often belong to the same events.
                someCount = PlaceSelection.Select(places, bits, slots.Length, some);
            }
            values += someCount;
            target.Copy(row, slots.Length, bits, ref first, some[..someCount]);
        }
        return values;
    }

    private static void Count(Span<long> to, long from)
    {
        int i = 0;
        for (Vector256<long> next = Vector256.CreateSequence(from, 1); i <= to.Length - Vector256<long>.Count; i += Vector256<long>.Count)
        {
            next.CopyTo(to[i..]);
            next += Vector256.Create((long)Vector256<long>.Count);
        }
        for (; i < to.Length; i++)
        {
            to[i] = from + i;
        }
    }

    /// <summary>A column and where its values lie in an event.</summary>
    private readonly struct Target(ColumnBuffer buffer, int offset, int width)
    {
        private readonly ColumnBuffer<long>? _longs = buffer as ColumnBuffer<long>;
        private readonly ColumnBuffer<int>? _ints = buffer as ColumnBuffer<int>;
        private readonly StringColumnBuffer? _strings = buffer as StringColumnBuffer;
        private readonly ColumnBuffer<bool>? _bools = buffer as ColumnBuffer<bool>;

        /// <summary>Appends the values of events.</summary>
        /// <param name="row">First row.</param>
        /// <param name="rows">How many rows there are.</param>
        /// <param name="bits">Rows that have a value, 64 a word.</param>
        /// <param name="first">First byte of the events.</param>
        /// <param name="places">Where the events of those rows are.</param>
        public void Copy(int row, int rows, ReadOnlySpan<ulong> bits, ref byte first, ReadOnlySpan<int> places)
        {
            ref byte from = ref Unsafe.Add(ref first, offset);
            if (_longs is not null)
            {
                PlaceGather.Copy(_longs.Append(row, rows, bits, places.Length), ref from, places);
            }
            else if (_bools is not null)
            {
                PlaceGather.Copy(_bools.Append(row, rows, bits, places.Length), ref from, places);
            }
            else
            {
                Span<int> to = _ints is not null ? _ints.Append(row, rows, bits, places.Length) : _strings!.Append(row, rows, bits, places.Length);
                switch (width)
                {
                    case sizeof(byte):
                        PlaceGather.Widen<byte>(to, ref from, places);
                        break;
                    case sizeof(short):
                        PlaceGather.Widen<short>(to, ref from, places);
                        break;
                    default:
                        PlaceGather.Copy(to, ref from, places);
                        break;
                }
            }
        }
    }
}
