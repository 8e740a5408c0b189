using System.Globalization;
using System.Text;
using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary><c>perf script</c> text in all its field lists, with call chains, task records, headers and injected guest events.</summary>
[CatalogEntry("perf-script", "perf script text")]
internal sealed class PerfScript : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => TextSniffer.Count(head, static (line, _) =>
    {
        LineHeader header = default;
        return line[0] is not ((byte)'\t' or (byte)'#') && PerfLine.Read(line, ref header, out int _) ? 3 : 0;
    });

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new Reader(input, sink);

    private sealed class Reader : TextTrace
    {
        private readonly Dictionary<int, int> _guests = [];
        private readonly int _host;
        private readonly bool _deltas;
        private ulong _sum;
        private bool _inChain;
        private TraceHeaderLines? _headers;
        private int _foreign = -1;

        public Reader(TraceInput input, TraceSink sink)
            : base(input, sink)
        {
            _host = sink.BeginStream(input.NewStream());
            sink.ExpectDisorder();
            _deltas = input.Flag("perf_delta");
        }

        protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (line.IsEmpty)
            {
                _inChain = false;
                return;
            }
            if (line[0] is (byte)'\t' or (byte)' ' && _inChain && PerfLine.Frame(line) is { IsEmpty: false } frame)
            {
                Sink.StackFrame(frame);
                return;
            }
            if (line[0] == '\t')
            {
                return;
            }
            if (line[0] == '#')
            {
                Header(line);
                return;
            }
            LineHeader header = default;
            if (!PerfLine.Read(line, ref header, out int guest))
            {
                Foreign(line, number, offset);
                return;
            }
            _inChain = true;
            Sink.UseStream(guest < 0 ? _host : GuestStream(guest));
            if (header.Event.StartsWith("PERF_RECORD_"u8))
            {
                Task(header, number);
                return;
            }
            if (_deltas && header.HasTime)
            {
                _sum += header.Stamp;
                header.Stamp = _sum;
            }
            Sink.Printed(header, number, offset, line);
        }

        protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
        {
            LineHeader header = default;
            bool isRecord = line[0] is not ((byte)'\t' or (byte)'#') && PerfLine.Read(line, ref header, out _);
            // Behind blanks a name begins, or a time; frames of call chains stand behind a tab.
            bool isStart = !isRecord && line[0] == ' ' && !line.TrimStart((byte)' ').IsEmpty && TaskLine.Read(line, ref header) != LineFit.Event;
            if (isStart || (isRecord && !header.Event.StartsWith("PERF_RECORD_"u8) && !CutLineRule.IsComplete(line)))
            {
                Sink.Quarantine(number, offset, "truncated_last_line", line);
                return;
            }
            Line(line, number, offset);
        }

        // A line of tracefs or trace-cmd in between: outputs of two tools were put into one file. They are streams apart.
        private void Foreign(ReadOnlySpan<byte> line, long number, long offset)
        {
            LineHeader header = default;
            bool isEvent = TaskLine.Read(line, ref header) == LineFit.Event;
            if (!isEvent && line.StartsWith("Processed "u8) && line.IndexOf(" and lost "u8) > 0)
            {
                // perf's warning when it opens a file that lost something: where, it does not say.
                Sink.Gap(-1, -1, "overrun", number);
                return;
            }
            if (!isEvent && line.IndexOf(": PERF_RECORD_LOST"u8) is >= 0 and int mark)
            {
                // As perf script -D prints it, behind the record's place in the file.
                int lost = line[mark..].IndexOf(" lost "u8);
                int at = mark + lost + 6;
                Sink.Gap(-1, lost > 0 && Digits.TryRead(line, ref at, out long count) ? count : -1, "overrun", number);
                return;
            }
            if (!isEvent && !(_headers is not null && line.StartsWith("CPU:"u8)))
            {
                Sink.State.OtherLines++;
                return;
            }
            if (_headers is null)
            {
                _headers = new TraceHeaderLines(Input, Sink);
                _foreign = Sink.CurrentStream;
                Input.Facts.Container = "mixed";
            }
            Sink.UseStream(_foreign);
            if (isEvent)
            {
                Sink.Printed(header, number, offset, line);
            }
            else if (!_headers.TryTake(line, number))
            {
                Sink.State.OtherLines++;
            }
            Sink.UseStream(_host);
        }

        private int GuestStream(int process)
        {
            if (!_guests.TryGetValue(process, out int stream))
            {
                stream = Sink.BeginStream(Input.NewStream($"vm:{process}", isGuest: true));
                _guests.Add(process, stream);
            }
            return stream;
        }

        private void Header(ReadOnlySpan<byte> line)
        {
            if (line.StartsWith("# os release : "u8))
            {
                Sink.Stream.Kernel ??= Encoding.ASCII.GetString(line[15..]);
            }
            else if (line.StartsWith("# arch : "u8))
            {
                Sink.Stream.Arch ??= Encoding.ASCII.GetString(line[9..]);
            }
            else if (ClockOf(line) is { } clock && !Input.Options.ContainsKey("clock"))
            {
                TraceInput.NameClock(Sink.Stream, clock);
            }
        }

        // "# clockid: monotonic (1)", and in the lines of events "use_clockid = 1, clockid = 1".
        private static string? ClockOf(ReadOnlySpan<byte> line)
        {
            int open = line.StartsWith("# clockid: "u8) ? line.LastIndexOf((byte)'(') + 1 : 0;
            int use = line.StartsWith("# event : "u8) ? line.IndexOf(" use_clockid = 1, clockid = "u8) : -1;
            int at = open > 0 ? open : use + 28;
            return (open > 0 || use > 0) && Digits.TryReadId(line, ref at, out int id) ? PerfClock.NameOf(id) : null;
        }

        private void Task(scoped in LineHeader header, long number)
        {
            ReadOnlySpan<byte> message = header.Message;
            if (header.Event.SequenceEqual("PERF_RECORD_LOST"u8) || header.Event.SequenceEqual("PERF_RECORD_LOST_SAMPLES"u8))
            {
                int lost = message.IndexOf("lost "u8);
                int at = lost + 5;
                Sink.Gap(header.Cpu, lost >= 0 && Digits.TryRead(message, ref at, out long count) ? count : -1, "overrun", number);
                return;
            }
            if (!header.Event.SequenceEqual("PERF_RECORD_COMM"u8))
            {
                return;
            }
            int colon = message.LastIndexOf((byte)':');
            int slash = message.LastIndexOf((byte)'/');
            if (colon > 0 && slash > colon
                && int.TryParse(message[(colon + 1)..slash], CultureInfo.InvariantCulture, out int pid)
                && int.TryParse(message[(slash + 1)..].Trim((byte)' '), CultureInfo.InvariantCulture, out int tid))
            {
                ReadOnlySpan<byte> name = message[..colon];
                name = name.StartsWith("exec: "u8) ? name[6..] : name;
                TaskRecord task = Sink.State.Tasks.Seen(tid, name, pid, false, 0);
                IdentityEvents.SeeVmm(Sink.State, task);
            }
        }
    }
}
