using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Ordering;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest;

/// <summary>
/// Turns the rows of a block into events before any of them takes its place in the order: all rows of one form one after the other, so that no
/// branch has to guess what the next one is. What a row says depends on nothing that rows before it change.
/// </summary>
/// <param name="order">Gives the slots.</param>
/// <param name="tracepoints">Knows the names of sources.</param>
/// <param name="context">What tracepoints may use.</param>
internal sealed class FixedEvents(EventOrder order, TracepointTable tracepoints, DecodeContext context)
{
    /// <summary>Marks a row that makes no event: no tracepoint reads it.</summary>
    public const int None = -1;

    private int[] _slots = [];
    private int[] _taken = [];

    /// <summary>Slots of the rows' events, by line: <see cref="None"/>, or less than that for what <see cref="IdentitySlot"/> tells.</summary>
    public ReadOnlySpan<int> Slots => _slots;

    /// <summary>Slot of an event that names threads, which must be given back; and the mark of such a slot.</summary>
    /// <param name="slot">What <see cref="Slots"/> says, less than <see cref="None"/>; or the slot.</param>
    public static int IdentitySlot(int slot) => -2 - slot;

    /// <summary>Decodes a block; rows whose values are refused become <see cref="FixedRows.Unread"/>.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="text">Bytes of the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decode(FixedRows rows, byte[] text)
    {
        rows.AreDecoded = true;
        ReadOnlySpan<int> lines = rows.Read;
        if (_slots.Length < rows.Count)
        {
            _slots = new int[rows.Count * 2];
            _taken = new int[_slots.Length];
        }
        Span<int> free = _taken.AsSpan(0, lines.Length);
        order.Take(free);
        Span<FixedRow> to = rows.Rows;
        while (!lines.IsEmpty)
        {
            int form = to[lines[0]].Form;
            int count = 1;
            while (count < lines.Length && to[lines[count]].Form == form)
            {
                count++;
            }
            free = free[Decode(rows.Forms[form], lines[..count], rows, to, text, free)..];
            lines = lines[count..];
        }
        order.GiveBack(free);
    }

    // The values of the rows of a run lie one behind the other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Decode(MessageForm form, ReadOnlySpan<int> lines, FixedRows rows, Span<FixedRow> to, byte[] text, ReadOnlySpan<int> free)
    {
        int[] slots = _slots;
        if (form.Entry?.Decode is not { } decode)
        {
            foreach (int line in lines)
            {
                slots[line] = None;
            }
            return 0;
        }
        TraceEvent[] events = order.Events;
        FieldValues fields = context.Values;
        fields.Begin(form, text);
        int src = tracepoints.SourceId(form.Entry);
        int width = form.Slots.Length;
        ReadOnlySpan<ulong> values = rows.Values.AsSpan(to[lines[0]].Value);
        int taken = 0;
        int refused = 0;
        int identities = 0;
        foreach (int line in lines)
        {
            int slot = free[taken];
            ref TraceEvent e = ref events[slot];
            e.Begin(src);
            fields.Take(form, values);
            values = values[width..];
            if (!decode(fields, ref e, context))
            {
                to[line].Form = FixedRows.Unread;
                refused++;
                continue;
            }
            taken++;
            bool isIdentity = e.Kind == TraceEventKind.Identity;
            identities += isIdentity ? 1 : 0;
            slots[line] = isIdentity ? IdentitySlot(slot) : slot;
            if (form.HasTexts)
            {
                context.Repair(RepairKind.PointerHashedOrRaw, fields.Pointers);
            }
        }
        form.Entry.Parsed += lines.Length - refused - identities;
        return taken;
    }
}
