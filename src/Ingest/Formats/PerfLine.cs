using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Lines of <c>perf script</c>: <c>[VM:n VCPU:n] comm [pid/]tid [cpu] [misc] time: [period] sys:event: msg</c>, columns missing at will.</summary>
internal static class PerfLine
{
    private const int NameWidth = 16;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="header">Filled.</param>
    /// <param name="guest">Process of the VM that an injected guest event belongs to, or -1.</param>
    public static bool Read(ReadOnlySpan<byte> line, ref LineHeader header, out int guest)
    {
        guest = -1;
        if (line.StartsWith("VM:"u8))
        {
            int at = 3;
            SkipBlanks(line, ref at);
            int vcpu = line.IndexOf(" VCPU:"u8);
            if (vcpu < 0 || !Digits.TryReadId(line, ref at, out guest))
            {
                return false;
            }
            int after = vcpu + 6;
            if (!Digits.TryReadId(line, ref after, out _) || after >= line.Length)
            {
                return false;
            }
            line = line[(after + 1)..];
        }
        // An untouched name column ends at byte 16 with the blank before the tid.
        if (line.Length > NameWidth && line[NameWidth] == ' ' && FromTid(line, NameWidth, ref header))
        {
            header.Comm = TaskLine.Name(line[..NameWidth]).TrimEnd((byte)' ');
            return true;
        }
        int start = 0;
        SkipBlanks(line, ref start);
        header.Reset();
        if (FromCpu(line, start, ref header))
        {
            return true;
        }
        // The shortest name that lets the rest fit wins; one that is followed by [cpu] before any other.
        for (int pass = 0; pass < 2; pass++)
        {
            for (int blank = start + 1; blank < line.Length - 1 && blank < start + 64; blank++)
            {
                if (line[blank] == ' ' && line[blank - 1] != ' ' && FromTid(line, blank, ref header) && (pass == 1 || header.Cpu >= 0))
                {
                    header.Comm = TaskLine.Name(line[start..blank]);
                    return true;
                }
            }
        }
        return false;
    }

    private static bool FromTid(ReadOnlySpan<byte> line, int at, ref LineHeader header)
    {
        header.Reset();
        SkipBlanks(line, ref at);
        if (at < line.Length && line[at] == '-')
        {
            at++;
        }
        if (!Digits.TryReadId(line, ref at, out int tid) || at >= line.Length)
        {
            return false;
        }
        int tgid = -1;
        if (line[at] == '/')
        {
            at++;
            tgid = tid;
            if (!Digits.TryReadId(line, ref at, out tid) || at >= line.Length)
            {
                return false;
            }
        }
        if (line[at] != ' ' || !FromCpu(line, at, ref header))
        {
            return false;
        }
        header.Tid = tid;
        header.Tgid = tgid;
        return true;
    }

    // From [cpu], the misc letters, the time, the period, or the event on: each may be missing but the event.
    private static bool FromCpu(ReadOnlySpan<byte> line, int at, ref LineHeader header)
    {
        SkipBlanks(line, ref at);
        if (at < line.Length && line[at] == '[')
        {
            at++;
            if (!Digits.TryReadId(line, ref at, out int cpu) || at >= line.Length || line[at] != ']')
            {
                return false;
            }
            header.Cpu = cpu;
            at++;
            SkipBlanks(line, ref at);
        }
        int misc = at;
        while (misc < line.Length && misc - at < 6 && "KUHGgMESpT"u8.IndexOf(line[misc]) >= 0)
        {
            misc++;
        }
        if (misc > at && misc < line.Length && line[misc] == ' ')
        {
            at = misc;
            SkipBlanks(line, ref at);
        }
        int mark = at;
        if (Digits.TryReadStamp(line, ref at, out ulong stamp, out bool isNs) && isNs && at < line.Length && line[at] == ':')
        {
            header.HasTime = true;
            header.StampIsNs = true;
            header.Stamp = stamp;
            at++;
        }
        else
        {
            at = mark;
        }
        SkipBlanks(line, ref at);
        mark = at;
        if (Digits.TryRead(line, ref at, out _) && at < line.Length && line[at] == ' ')
        {
            SkipBlanks(line, ref at);
        }
        else
        {
            at = mark;
        }
        return Event(line[at..], ref header);
    }

    private static bool Event(ReadOnlySpan<byte> rest, ref LineHeader header)
    {
        if (rest.StartsWith("PERF_RECORD_"u8))
        {
            int end = PairGrammar.NameLength(rest);
            header.Event = rest[..end];
            header.Message = rest[end..].TrimStart(": "u8);
            return true;
        }
        int colon = PairGrammar.NameLength(rest);
        if (colon == 0 || colon >= rest.Length || rest[colon] != ':')
        {
            return false;
        }
        ReadOnlySpan<byte> name = rest[(colon + 1)..];
        int length = PairGrammar.NameLength(name);
        if (length == 0 || length >= name.Length || name[length] != ':')
        {
            return false;
        }
        header.System = rest[..colon];
        header.Event = name[..length];
        header.Message = name[(length + 1)..].TrimStart((byte)' ');
        return true;
    }

    private static void SkipBlanks(ReadOnlySpan<byte> line, ref int at)
    {
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
    }
}
