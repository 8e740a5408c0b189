using System.Globalization;
using System.Text;
using System.Text.Json;
using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Lines that our own bpftrace script prints: <c>kmr1&lt;TAB&gt;key=value…</c>, with answers, swap-ins and memslots.</summary>
/// <remarks>Accepts: probe counts, map dumps and blank lines between; <c>Lost n events</c> is a gap; all of it as <c>bpftrace -f json</c> prints it, too.</remarks>
[CatalogEntry("bpftrace", "bpftrace output of data/capture/kmr1.bt")]
internal sealed class BpftraceKmr1 : ITraceFormat
{
    // bpftrace -f json wraps each line that the script prints: {"type": "printf", "data": "kmr1\tns=..\n"}.
    private static ReadOnlySpan<byte> JsonStart => "{\"type\":"u8;

    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => TextSniffer.Count(head, static (line, _) => line.StartsWith("kmr1\t"u8) || (line.StartsWith(JsonStart) && line.IndexOf("\"kmr1\\t"u8) > 0) ? 4 : 0);

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new Reader(input, sink);

    private sealed class Reader : TextTrace
    {
        private readonly byte[] _message = new byte[LineReader.MaxLine];
        private bool _anyRecord;

        public Reader(TraceInput input, TraceSink sink)
            : base(input, sink)
        {
            sink.BeginStream(input.NewStream());
            sink.ExpectDisorder();
        }

        protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (line.StartsWith("kmr1\t"u8))
            {
                Record(line, number, offset);
            }
            else if (line.StartsWith("Lost "u8) && line.IndexOf(" events"u8) is > 5 and int end
                && long.TryParse(line[5..end], CultureInfo.InvariantCulture, out long lost))
            {
                Sink.Gap(-1, lost, "overrun", number);
            }
            else if (line.StartsWith(JsonStart))
            {
                Wrapped(line, number, offset);
            }
            else if (line.StartsWith("# kmr1 "u8))
            {
                Header(line, number);
            }
            else if (line.IsEmpty || line.StartsWith("Attaching "u8) || line[0] == '@' || line[0] == '#')
            {
                Sink.State.OtherLines++;
            }
            else
            {
                Sink.Quarantine(number, offset, "unknown_format", line);
            }
        }

        protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
        {
            // The answer of a hook is one digit, with which its line ends; any other value may lack digits.
            if (line.StartsWith("kmr1"u8) && !line.EndsWith("\tyoung=0"u8) && !line.EndsWith("\tyoung=1"u8) && !CutLineRule.IsComplete(line[(line.LastIndexOf((byte)'=') + 1)..]))
            {
                Sink.Quarantine(number, offset, "truncated_last_line", line);
                return;
            }
            Line(line, number, offset);
        }

        private void Record(ReadOnlySpan<byte> line, long number, long offset)
        {
            LineHeader header = default;
            header.Reset();
            int used = 0;
            bool bad = false;
            ReadOnlySpan<byte> rest = line[5..];
            while (!rest.IsEmpty)
            {
                int tab = rest.IndexOf((byte)'\t');
                if (rest.StartsWith("comm="u8) && rest.IndexOf("\tev="u8) is > 0 and int name)
                {
                    // A thread may have tabs in its name.
                    tab = name;
                }
                ReadOnlySpan<byte> field = tab < 0 ? rest : rest[..tab];
                rest = tab < 0 ? default : rest[(tab + 1)..];
                int equals = field.IndexOf((byte)'=');
                if (equals < 1)
                {
                    bad = true;
                    continue;
                }
                ReadOnlySpan<byte> value = field[(equals + 1)..];
                if (!Header(field[..equals], value, ref header, ref bad))
                {
                    field.CopyTo(_message.AsSpan(used));
                    used += field.Length;
                    _message[used++] = (byte)' ';
                }
            }
            if (bad || header.Event.IsEmpty)
            {
                Sink.Quarantine(number, offset, "malformed_event", line);
                return;
            }
            header.Message = _message.AsSpan(0, used);
            _anyRecord = true;
            Sink.Printed(header, number, offset, line);
        }

        private void Wrapped(ReadOnlySpan<byte> line, long number, long offset)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line.ToArray());
                string type = document.RootElement.GetProperty("type").GetString() ?? "";
                JsonElement data = document.RootElement.GetProperty("data");
                if (type == "printf")
                {
                    foreach (string printed in (data.GetString() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        byte[] bytes = Encoding.UTF8.GetBytes(printed);
                        Line(bytes.AsSpan().StartsWith(JsonStart) ? [] : bytes, number, offset);
                    }
                }
                else if (type == "lost_events")
                {
                    Sink.Gap(-1, data.GetProperty("events").GetInt64(), "overrun", number);
                }
                else
                {
                    Sink.State.OtherLines++;
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                Sink.Quarantine(number, offset, "malformed_event", line);
            }
        }

        // The script's first line names its clock; a further one says that it was started again.
        private void Header(ReadOnlySpan<byte> line, long number)
        {
            if (_anyRecord)
            {
                Sink.BeginCapture(Input.NewStream());
                Sink.ExpectDisorder();
                Sink.Gap(-1, -1, "new_capture", number);
                _anyRecord = false;
            }
            if (line.LastIndexOf(" clock "u8) is > 0 and int at && !Input.Options.ContainsKey("clock"))
            {
                TraceInput.NameClock(Sink.Stream, Encoding.ASCII.GetString(line[(at + 7)..].Trim((byte)' ')));
            }
        }

        private static bool Header(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref LineHeader header, ref bool bad)
        {
            if (key.SequenceEqual("comm"u8))
            {
                header.Comm = value;
                return true;
            }
            if (key.SequenceEqual("ev"u8))
            {
                header.Event = value;
                return true;
            }
            bool ns = key.SequenceEqual("ns"u8);
            bool cpu = key.SequenceEqual("cpu"u8);
            bool tid = key.SequenceEqual("tid"u8);
            if (!ns && !cpu && !tid && !key.SequenceEqual("tgid"u8))
            {
                return false;
            }
            if (!ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong number) || (!ns && number > int.MaxValue))
            {
                bad = true;
                return true;
            }
            if (ns)
            {
                header.HasTime = true;
                header.StampIsNs = true;
                header.Stamp = number;
            }
            else if (cpu)
            {
                header.Cpu = (int)number;
            }
            else if (tid)
            {
                header.Tid = (int)number;
            }
            else
            {
                header.Tgid = (int)number;
            }
            return true;
        }
    }
}
