using System.Numerics;
using SecondLook.Contracts.Events;

namespace SecondLook.Contracts.Tables;

/// <summary>Turns <see cref="TraceEvent"/> rows into columns of <see cref="EventsTable"/>: only the columns present cost anything.</summary>
/// <param name="rows">The columns to fill; its string table must be the one that the events' string ids belong to.</param>
public sealed class EventColumns(TableBuilder rows)
{
    private readonly TableBuilder _rows = rows;

    /// <summary>Bytes that the rows would take in PLAIN encoding, roughly: 8 a value.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Rows so far.</summary>
    public int RowCount => _rows.RowCount;

    /// <summary>Appends one event.</summary>
    public void Add(in TraceEvent e)
    {
        int row = _rows.AddRow();
        PlainBytes += 8L * e.PresentCount;
        for (ulong left = e.Present; left != 0; left &= left - 1)
        {
            switch ((EventColumn)BitOperations.TrailingZeroCount(left))
            {
                case EventColumn.Seq:
                    ((ColumnBuffer<long>)_rows[0]).Set(row, e.Seq);
                    break;
                case EventColumn.TsNs:
                    ((ColumnBuffer<long>)_rows[1]).Set(row, e.TsNs);
                    break;
                case EventColumn.TsRaw:
                    ((ColumnBuffer<long>)_rows[2]).Set(row, unchecked((long)e.TsRaw));
                    break;
                case EventColumn.ClockEpoch:
                    ((ColumnBuffer<int>)_rows[3]).Set(row, e.ClockEpoch);
                    break;
                case EventColumn.Stream:
                    ((ColumnBuffer<int>)_rows[4]).Set(row, e.Stream);
                    break;
                case EventColumn.Cpu:
                    ((ColumnBuffer<int>)_rows[5]).Set(row, e.Cpu);
                    break;
                case EventColumn.Tid:
                    ((ColumnBuffer<int>)_rows[6]).Set(row, e.Tid);
                    break;
                case EventColumn.Tgid:
                    ((ColumnBuffer<int>)_rows[7]).Set(row, e.Tgid);
                    break;
                case EventColumn.Comm:
                    ((StringColumnBuffer)_rows[8]).SetId(row, e.Comm);
                    break;
                case EventColumn.Kind:
                    ((ColumnBuffer<int>)_rows[9]).Set(row, (int)e.Kind);
                    break;
                case EventColumn.Op:
                    ((ColumnBuffer<int>)_rows[10]).Set(row, (int)e.Op);
                    break;
                case EventColumn.Src:
                    ((StringColumnBuffer)_rows[11]).SetId(row, e.Src);
                    break;
                case EventColumn.Vm:
                    ((ColumnBuffer<int>)_rows[12]).Set(row, e.Vm);
                    break;
                case EventColumn.Vcpu:
                    ((ColumnBuffer<int>)_rows[13]).Set(row, e.Vcpu);
                    break;
                case EventColumn.Start:
                    ((ColumnBuffer<long>)_rows[14]).Set(row, unchecked((long)e.Start));
                    break;
                case EventColumn.End:
                    ((ColumnBuffer<long>)_rows[15]).Set(row, unchecked((long)e.End));
                    break;
                case EventColumn.Space:
                    ((ColumnBuffer<int>)_rows[16]).Set(row, (int)e.Space);
                    break;
                case EventColumn.Gfn:
                    ((ColumnBuffer<long>)_rows[17]).Set(row, unchecked((long)e.Gfn));
                    break;
                case EventColumn.Pfn:
                    ((ColumnBuffer<long>)_rows[18]).Set(row, unchecked((long)e.Pfn));
                    break;
                case EventColumn.Npages:
                    ((ColumnBuffer<long>)_rows[19]).Set(row, e.Npages);
                    break;
                case EventColumn.Level:
                    ((ColumnBuffer<int>)_rows[20]).Set(row, e.Level);
                    break;
                case EventColumn.AsId:
                    ((ColumnBuffer<int>)_rows[21]).Set(row, e.AsId);
                    break;
                case EventColumn.Slot:
                    ((ColumnBuffer<int>)_rows[22]).Set(row, e.Slot);
                    break;
                case EventColumn.Young:
                    ((ColumnBuffer<bool>)_rows[23]).Set(row, e.Young);
                    break;
                case EventColumn.YoungSrc:
                    ((ColumnBuffer<int>)_rows[24]).Set(row, (int)e.YoungSrc);
                    break;
                case EventColumn.Flush:
                    ((ColumnBuffer<bool>)_rows[25]).Set(row, e.Flush);
                    break;
                case EventColumn.Access:
                    ((ColumnBuffer<int>)_rows[26]).Set(row, e.Access);
                    break;
                case EventColumn.ErrorCode:
                    ((ColumnBuffer<long>)_rows[27]).Set(row, unchecked((long)e.ErrorCode));
                    break;
                case EventColumn.OldSpte:
                    ((ColumnBuffer<long>)_rows[28]).Set(row, unchecked((long)e.OldSpte));
                    break;
                case EventColumn.NewSpte:
                    ((ColumnBuffer<long>)_rows[29]).Set(row, unchecked((long)e.NewSpte));
                    break;
                case EventColumn.SpteFormat:
                    ((ColumnBuffer<int>)_rows[30]).Set(row, (int)e.SpteFormat);
                    break;
                case EventColumn.Mm:
                    ((ColumnBuffer<long>)_rows[31]).Set(row, unchecked((long)e.Mm));
                    break;
                case EventColumn.Lru:
                    ((ColumnBuffer<int>)_rows[32]).Set(row, e.Lru);
                    break;
                case EventColumn.N0:
                    ((ColumnBuffer<long>)_rows[33]).Set(row, e.N0);
                    break;
                case EventColumn.N1:
                    ((ColumnBuffer<long>)_rows[34]).Set(row, e.N1);
                    break;
                case EventColumn.N2:
                    ((ColumnBuffer<long>)_rows[35]).Set(row, e.N2);
                    break;
                case EventColumn.N3:
                    ((ColumnBuffer<long>)_rows[36]).Set(row, e.N3);
                    break;
                case EventColumn.N4:
                    ((ColumnBuffer<long>)_rows[37]).Set(row, e.N4);
                    break;
                case EventColumn.N5:
                    ((ColumnBuffer<long>)_rows[38]).Set(row, e.N5);
                    break;
                case EventColumn.N6:
                    ((ColumnBuffer<long>)_rows[39]).Set(row, e.N6);
                    break;
                case EventColumn.N7:
                    ((ColumnBuffer<long>)_rows[40]).Set(row, e.N7);
                    break;
                case EventColumn.MemcgId:
                    ((ColumnBuffer<long>)_rows[41]).Set(row, unchecked((long)e.MemcgId));
                    break;
                case EventColumn.Lost:
                    ((ColumnBuffer<long>)_rows[42]).Set(row, e.Lost);
                    break;
                case EventColumn.Cause:
                    ((StringColumnBuffer)_rows[43]).SetId(row, e.Cause);
                    break;
                case EventColumn.Text:
                    ((StringColumnBuffer)_rows[44]).SetId(row, e.Text);
                    break;
                case EventColumn.Extra:
                    ((StringColumnBuffer)_rows[45]).SetId(row, e.Extra);
                    break;
                case EventColumn.FileNo:
                    ((ColumnBuffer<int>)_rows[46]).Set(row, e.FileNo);
                    break;
                case EventColumn.Line:
                    ((ColumnBuffer<long>)_rows[47]).Set(row, e.Line);
                    break;
                default:
                    throw new InvalidOperationException("A present bit names no column.");
            }
        }
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        _rows.Clear();
        PlainBytes = 0;
    }
}
