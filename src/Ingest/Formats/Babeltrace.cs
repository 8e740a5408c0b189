using System.Globalization;
using System.Text;
using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Pretty text of babeltrace2 over an LTTng kernel trace: <c>[hh:mm:ss.ns] (+d) host event: { cpu_id = n }, { ctx }, { fields }</c>.</summary>
/// <remarks>Accepts: numbers in decimal; <c>Tracer discarded n events between</c> is a gap. Times are those of the day, taken as UTC, or since 1970 where
/// the stamps have a date (<c>--clock-date</c>) or seconds (<c>--clock-seconds</c>).</remarks>
[CatalogEntry("babeltrace-text", "babeltrace2 text of LTTng kernel traces")]
internal sealed class Babeltrace : ITraceFormat
{
    /// <inheritdoc/>
    public int Sniff(ReadOnlySpan<byte> head) => TextSniffer.Count(head, static (line, _) => TryStamp(line, out ulong _, out bool _) && line.IndexOf("cpu_id = "u8) > 0 ? 4 : 0);

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new Reader(input, sink);

    private static bool TryStamp(ReadOnlySpan<byte> line, out ulong ns, out bool isOfDay)
    {
        ns = 0;
        isOfDay = true;
        int close = line.IndexOf((byte)']');
        if (line.Length < 20 || line[0] != '[' || close < 2)
        {
            return false;
        }
        ReadOnlySpan<byte> text = line[1..close];
        int at = 0;
        ulong days = 0;
        if (text.IndexOf((byte)' ') is > 0 and int blank)
        {
            if (!DateOnly.TryParseExact(Encoding.ASCII.GetString(text[..blank]), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
                || date.Year < 1970)
            {
                return false;
            }
            days = (ulong)(date.DayNumber - new DateOnly(1970, 1, 1).DayNumber);
            isOfDay = false;
            at = blank + 1;
        }
        int clock = at;
        if (Digits.TryReadStamp(text, ref at, out ulong seconds, out bool hasFraction) && hasFraction && at == text.Length)
        {
            isOfDay = false;
            ns = seconds;
            return days == 0;
        }
        at = clock;
        if (!Digits.TryReadId(text, ref at, out int hours) || at >= text.Length || text[at++] != ':'
            || !Digits.TryReadId(text, ref at, out int minutes) || at >= text.Length || text[at++] != ':'
            || !Digits.TryReadStamp(text, ref at, out seconds, out hasFraction) || !hasFraction || at != text.Length)
        {
            return false;
        }
        ns = ((((((days * 24) + (ulong)hours) * 60) + (ulong)minutes) * 60_000_000_000) + seconds);
        return true;
    }

    private sealed class Reader : TextTrace
    {
        private readonly byte[] _message = new byte[LineReader.MaxLine];

        public Reader(TraceInput input, TraceSink sink)
            : base(input, sink)
        {
            sink.BeginStream(input.NewStream());
            if (!sink.Stream.ClockNamed)
            {
                TraceInput.NameClock(sink.Stream, "tod");
            }
        }

        protected override void Line(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (line.IndexOf("Tracer discarded "u8) is >= 0 and int discarded)
            {
                Lost(line, discarded + 17, number);
                return;
            }
            LineHeader header = default;
            header.Reset();
            int brace = line.IndexOf(": {"u8);
            if (!TryStamp(line, out ulong ns, out bool isOfDay) || brace < 0)
            {
                Sink.State.OtherLines++;
                return;
            }
            if (!isOfDay && Sink.Stream.Clock == "tod" && !Input.Options.ContainsKey("clock"))
            {
                TraceInput.NameClock(Sink.Stream, "realtime");
            }
            header.HasTime = true;
            header.StampIsNs = true;
            header.Stamp = ns;
            header.Event = line[(line[..brace].LastIndexOf((byte)' ') + 1)..brace];
            header.Message = _message.AsSpan(0, Fields(line[(brace + 2)..], ref header));
            Sink.Printed(header, number, offset, line);
        }

        protected override void CutLine(ReadOnlySpan<byte> line, long number, long offset)
        {
            if (TryStamp(line, out _, out _) && !line.TrimEnd((byte)' ').EndsWith("}"u8))
            {
                Sink.Quarantine(number, offset, "truncated_last_line", line);
                return;
            }
            Line(line, number, offset);
        }

        private void Lost(ReadOnlySpan<byte> line, int at, long number)
        {
            if (!Digits.TryRead(line, ref at, out long lost))
            {
                lost = -1;
            }
            // The channel's file is named NAME_CPU.
            int channel = line.IndexOf("relative path: \"channel"u8);
            int underscore = channel < 0 ? -1 : line[channel..].IndexOf((byte)'_');
            int cpuAt = channel + underscore + 1;
            Sink.Gap(underscore > 0 && Digits.TryReadId(line, ref cpuAt, out int cpu) ? cpu : -1, lost, "overrun", number);
        }

        // "{ a = 1, b = "x" }, { .. }" becomes "b=x a=1 .. " without what belongs to the header.
        private int Fields(ReadOnlySpan<byte> text, ref LineHeader header)
        {
            int used = 0;
            while (text.IndexOf(" = "u8) is > 0 and int equals)
            {
                ReadOnlySpan<byte> name = text[(text[..equals].LastIndexOfAny(" {"u8) + 1)..equals];
                text = text[(equals + 3)..];
                ReadOnlySpan<byte> value;
                if (text.StartsWith("\""u8) && text[1..].IndexOf((byte)'"') is >= 0 and int close)
                {
                    value = text.Slice(1, close);
                    text = text[(close + 2)..];
                }
                else if (text.StartsWith("["u8))
                {
                    // An array: no field that is used is one.
                    int end = EndOfArray(text);
                    text = text[end..];
                    continue;
                }
                else
                {
                    int end = text.IndexOfAny(", }"u8);
                    value = end < 0 ? text : text[..end];
                    text = end < 0 ? default : text[end..];
                }
                int at = 0;
                if (name.SequenceEqual("cpu_id"u8) && Digits.TryReadId(value, ref at, out int cpu))
                {
                    header.Cpu = cpu;
                }
                else if ((name.SequenceEqual("tid"u8) || name.SequenceEqual("vtid"u8)) && Digits.TryReadId(value, ref at, out int tid))
                {
                    header.Tid = tid;
                }
                else if (name.SequenceEqual("procname"u8))
                {
                    header.Comm = value;
                }
                else
                {
                    used = Append(name, value, used);
                }
            }
            return used;
        }

        private static int EndOfArray(ReadOnlySpan<byte> text)
        {
            int depth = 0;
            for (int i = 0; i < text.Length; i++)
            {
                depth += text[i] switch { (byte)'[' => 1, (byte)']' => -1, _ => 0 };
                if (depth == 0)
                {
                    return i + 1;
                }
            }
            return text.Length;
        }

        private int Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int used)
        {
            if (used == 0)
            {
                "[FAILED TO PARSE] "u8.CopyTo(_message);
                used = 18;
            }
            name.CopyTo(_message.AsSpan(used));
            used += name.Length;
            _message[used++] = (byte)'=';
            value.CopyTo(_message.AsSpan(used));
            used += value.Length;
            _message[used++] = (byte)' ';
            return used;
        }
    }
}
