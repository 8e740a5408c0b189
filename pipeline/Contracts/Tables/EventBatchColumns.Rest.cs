using System.Numerics;
using SecondLook.Contracts.Events;

namespace SecondLook.Contracts.Tables;

// The columns from the first address on: most kinds of events have only some of them.
public sealed partial class EventBatchColumns
{
    private void CopyRest(int column, int row, ulong bits, bool dense, TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        int n = 0;
        switch ((EventColumn)column)
        {
            case EventColumn.Start:
                Span<long> toStart = ((ColumnBuffer<long>)_rows[14]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toStart[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].Start);
                }
                break;
            case EventColumn.End:
                Span<long> toEnd = ((ColumnBuffer<long>)_rows[15]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toEnd[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].End);
                }
                break;
            case EventColumn.Space:
                Span<int> toSpace = ((ColumnBuffer<int>)_rows[16]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toSpace[n++] = (int)events[slots[BitOperations.TrailingZeroCount(b)]].Space;
                }
                break;
            case EventColumn.Gfn:
                Span<long> toGfn = ((ColumnBuffer<long>)_rows[17]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toGfn[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].Gfn);
                }
                break;
            case EventColumn.Pfn:
                Span<long> toPfn = ((ColumnBuffer<long>)_rows[18]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toPfn[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].Pfn);
                }
                break;
            case EventColumn.Npages:
                Span<long> toNpages = ((ColumnBuffer<long>)_rows[19]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toNpages[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Npages;
                }
                break;
            case EventColumn.Level:
                Span<int> toLevel = ((ColumnBuffer<int>)_rows[20]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toLevel[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Level;
                }
                break;
            case EventColumn.AsId:
                Span<int> toAsId = ((ColumnBuffer<int>)_rows[21]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toAsId[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].AsId;
                }
                break;
            case EventColumn.Slot:
                Span<int> toSlot = ((ColumnBuffer<int>)_rows[22]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toSlot[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Slot;
                }
                break;
            case EventColumn.Young:
                Span<bool> toYoung = ((ColumnBuffer<bool>)_rows[23]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toYoung[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Young;
                }
                break;
            case EventColumn.YoungSrc:
                Span<int> toYoungSrc = ((ColumnBuffer<int>)_rows[24]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toYoungSrc[n++] = (int)events[slots[BitOperations.TrailingZeroCount(b)]].YoungSrc;
                }
                break;
            case EventColumn.Flush:
                Span<bool> toFlush = ((ColumnBuffer<bool>)_rows[25]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toFlush[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Flush;
                }
                break;
            case EventColumn.Access:
                Span<int> toAccess = ((ColumnBuffer<int>)_rows[26]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toAccess[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Access;
                }
                break;
            case EventColumn.ErrorCode:
                Span<long> toErrorCode = ((ColumnBuffer<long>)_rows[27]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toErrorCode[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].ErrorCode);
                }
                break;
            case EventColumn.OldSpte:
                Span<long> toOldSpte = ((ColumnBuffer<long>)_rows[28]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toOldSpte[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].OldSpte);
                }
                break;
            case EventColumn.NewSpte:
                Span<long> toNewSpte = ((ColumnBuffer<long>)_rows[29]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toNewSpte[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].NewSpte);
                }
                break;
            case EventColumn.SpteFormat:
                Span<int> toSpteFormat = ((ColumnBuffer<int>)_rows[30]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toSpteFormat[n++] = (int)events[slots[BitOperations.TrailingZeroCount(b)]].SpteFormat;
                }
                break;
            case EventColumn.Mm:
                Span<long> toMm = ((ColumnBuffer<long>)_rows[31]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toMm[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].Mm);
                }
                break;
            case EventColumn.Lru:
                Span<int> toLru = ((ColumnBuffer<int>)_rows[32]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toLru[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Lru;
                }
                break;
            case EventColumn.N0:
                Span<long> toN0 = ((ColumnBuffer<long>)_rows[33]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN0[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N0;
                }
                break;
            case EventColumn.N1:
                Span<long> toN1 = ((ColumnBuffer<long>)_rows[34]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN1[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N1;
                }
                break;
            case EventColumn.N2:
                Span<long> toN2 = ((ColumnBuffer<long>)_rows[35]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN2[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N2;
                }
                break;
            case EventColumn.N3:
                Span<long> toN3 = ((ColumnBuffer<long>)_rows[36]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN3[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N3;
                }
                break;
            case EventColumn.N4:
                Span<long> toN4 = ((ColumnBuffer<long>)_rows[37]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN4[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N4;
                }
                break;
            case EventColumn.N5:
                Span<long> toN5 = ((ColumnBuffer<long>)_rows[38]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN5[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N5;
                }
                break;
            case EventColumn.N6:
                Span<long> toN6 = ((ColumnBuffer<long>)_rows[39]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN6[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N6;
                }
                break;
            case EventColumn.N7:
                Span<long> toN7 = ((ColumnBuffer<long>)_rows[40]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toN7[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].N7;
                }
                break;
            case EventColumn.MemcgId:
                Span<long> toMemcgId = ((ColumnBuffer<long>)_rows[41]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toMemcgId[n++] = unchecked((long)events[slots[BitOperations.TrailingZeroCount(b)]].MemcgId);
                }
                break;
            case EventColumn.Lost:
                Span<long> toLost = ((ColumnBuffer<long>)_rows[42]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toLost[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Lost;
                }
                break;
            case EventColumn.Cause:
                Span<int> toCause = ((StringColumnBuffer)_rows[43]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toCause[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Cause;
                }
                break;
            case EventColumn.Text:
                Span<int> toText = ((StringColumnBuffer)_rows[44]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toText[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Text;
                }
                break;
            case EventColumn.Extra:
                Span<int> toExtra = ((StringColumnBuffer)_rows[45]).Append(row, bits);
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toExtra[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Extra;
                }
                break;
            case EventColumn.FileNo:
                Span<int> toFileNo = ((ColumnBuffer<int>)_rows[46]).Append(row, bits);
                if (dense)
                {
                    for (; n < slots.Length; n++)
                    {
                        toFileNo[n] = events[slots[n]].FileNo;
                    }
                    break;
                }
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toFileNo[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].FileNo;
                }
                break;
            case EventColumn.Line:
                Span<long> toLine = ((ColumnBuffer<long>)_rows[47]).Append(row, bits);
                if (dense)
                {
                    for (; n < slots.Length; n++)
                    {
                        toLine[n] = events[slots[n]].Line;
                    }
                    break;
                }
                for (ulong b = bits; b != 0; b &= b - 1)
                {
                    toLine[n++] = events[slots[BitOperations.TrailingZeroCount(b)]].Line;
                }
                break;
            default:
                throw new InvalidOperationException("A present bit names no column.");
        }
    }
}
