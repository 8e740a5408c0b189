using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest;

// Events of the fast path: a fixed form has found task, stamp and values already.
internal sealed partial class TraceSink
{
    /// <summary>Delivers an event that a fixed form has read.</summary>
    /// <param name="form">The form.</param>
    /// <param name="prefix">Task and CPU.</param>
    /// <param name="stamp">Time, ns.</param>
    /// <param name="values">Values of the form.</param>
    /// <param name="block">Bytes that texts lie in.</param>
    /// <param name="line">1-based line.</param>
    /// <returns>False when the line must be read as text.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fixed(MessageForm form, TaskPrefix prefix, ulong stamp, ReadOnlySpan<ulong> values, ReadOnlySpan<byte> block, long line)
    {
        TracepointTable.Entry entry = form.Entry ??= _tracepoints.Find(form.Name);
        TaskRecord task = (TaskRecord)(prefix.Known ??= _state.Tasks.Of(prefix.Tid));
        _state.Tasks.SeenAgain(task, prefix.Comm, prefix.Tgid, unchecked((long)stamp));
        if (entry.Decode is not { } decode)
        {
            entry.Other++;
            OtherEventCount++;
            _ = Advance(prefix.Cpu, stamp, true);
            return true;
        }
        int slot = _order.Next();
        ref TraceEvent e = ref _order[slot];
        e.Clear();
        _context.Values.Take(form, values, block);
        if (!decode(_context.Values, ref e, _context))
        {
            return false;
        }
        if (form.HasTexts)
        {
            _context.Repair(RepairKind.PointerHashedOrRaw, _context.Values.Pointers);
        }
        long time = Advance(prefix.Cpu, stamp, true);
        e.TsNs = unchecked((long)stamp);
        Complete(slot, ref e, entry, task, prefix.Cpu, prefix.Tgid, prefix.Comm.Length != 0, time, line);
        return true;
    }
}
