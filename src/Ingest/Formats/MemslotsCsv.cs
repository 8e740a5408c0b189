using System.Text;
using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Capture;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Formats;

/// <summary>A memslot table as an input of its own (trace-formats.md 1.7): one memslot row a slot, and slots for joins of the other inputs.</summary>
[CatalogEntry("memslots-csv", "memslots.csv, canonical or of the capture kit")]
internal sealed class MemslotsCsv : ITraceFormat
{
    private const int HeaderPoints = 1000;
    private const int RowPoints = 3;
    private const int RowsLookedAt = 4096;

    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf((byte)'\n');
        if (end > 0 && end < 512 && MemslotFile.IsHeader(Encoding.UTF8.GetString(head[..end])))
        {
            return HeaderPoints;
        }
        // A damaged header may be of any length; the rows are those behind it.
        ReadOnlySpan<byte> rows = end < 0 ? default : head.Slice(end, Math.Min(head.Length - end, RowsLookedAt));
        return MemslotFile.LooksLikeRows(Encoding.UTF8.GetString(rows).Split('\n'), out _) ? RowPoints : 0;
    }

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new Reader(input, sink);

    private sealed class Reader : TextTrace
    {
        private readonly List<string> _lines = [];
        private readonly List<long> _offsets = [];

        public Reader(TraceInput input, TraceSink sink)
            : base(input, sink) => sink.BeginStream(input.NewStream());

        protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
        {
            _lines.Add(Encoding.UTF8.GetString(line));
            _offsets.Add(offset);
        }

        protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (_lines.Count > 0 && !MemslotFile.IsRow(Encoding.UTF8.GetString(line)))
            {
                Sink.Quarantine(number, offset, "truncated_last_line", line);
                return;
            }
            Line(line, number, offset);
        }

        protected override void Finish()
        {
            List<(MemslotSpan Slot, int Line)> slots = MemslotFile.Read([.. _lines], Sink.State.Vms, "vm1", (line, reason, text) =>
                Sink.Quarantine(line, _offsets[line - 1], reason, Encoding.UTF8.GetBytes(text)));
            foreach ((MemslotSpan slot, int line) in slots)
            {
                Sink.State.Memslots.Add(slot);
                Sink.State.AnyDataRole |= slot.Role == "data";
                Row(slot, line);
            }
        }

        private void Row(MemslotSpan slot, int line)
        {
            ref TraceEvent e = ref Sink.BeginRow();
            e.Kind = TraceEventKind.Memslot;
            e.Op = TraceEventOp.Present;
            e.Space = AddressSpaceKind.Gfn;
            e.Vm = (short)slot.Vm;
            e.AsId = (byte)slot.AsId;
            e.Slot = slot.Slot;
            e.Gfn = slot.Gfn;
            e.Npages = (long)slot.Npages;
            e.Start = slot.Hva;
            e.N0 = unchecked((uint)slot.Flags);
            if (slot.FromNs is { } from)
            {
                e.TsNs = from;
            }
            if (slot.ToNs is { } to)
            {
                e.N2 = to;
            }
            Sink.CommitRow(line);
        }
    }
}
