using System.Buffers;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Formats;

/// <summary>Lines of <c>perf script</c>: <c>[VM:n VCPU:n] comm [pid/]tid [cpu] [misc] time: [period] sys:event: msg</c>, columns missing at will.</summary>
internal static class PerfLine
{
    private const int NameWidth = 16;
    private const int LatencyNameWidth = 8;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

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
        line = WithoutAddress(line);
        // -L: eight bytes of name, the thread in five, the CPU without brackets.
        if (line.Length > LatencyNameWidth && line[LatencyNameWidth] == ' ' && FromLatency(line, ref header))
        {
            header.Comm = TaskLine.Name(line[..LatencyNameWidth]).TrimEnd((byte)' ');
            return true;
        }
        // An untouched name column ends at byte 16 with the blank before the tid.
        if (line.Length > NameWidth && line[NameWidth] == ' ' && !IsTime(line[..NameWidth]) && FromTid(line, NameWidth, ref header))
        {
            header.Comm = TaskLine.Name(line[..NameWidth]).TrimEnd((byte)' ');
            if (header.Cpu < 0 && !header.HasTime && IsPeriodColumn(line[(NameWidth + 1)..]))
            {
                header.Tid = -1;
            }
            return true;
        }
        int start = 0;
        SkipBlanks(line, ref start);
        if (IsTidColumn(line, start) && FromTid(line, 0, ref header))
        {
            return true;
        }
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
        // A thread without a name, or a name without a thread.
        if (FromTid(line, 0, ref header) && (header.Cpu >= 0 || header.HasTime))
        {
            return true;
        }
        header.Reset();
        if (line.Length > NameWidth && line[NameWidth] == ' ' && FromCpu(line, NameWidth, ref header)
            && (header.Cpu >= 0 || header.HasTime || (line[NameWidth - 1] != ' ' && !header.System.IsEmpty)))
        {
            header.Comm = TaskLine.Name(line[..NameWidth]).TrimEnd((byte)' ');
            return true;
        }
        return false;
    }

    /// <summary>Name of the function in a line of a call chain: <c>TAB address name+offset (module)</c>; empty when it is none.</summary>
    public static ReadOnlySpan<byte> Frame(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line.TrimStart(" \t"u8);
        int address = rest.IndexOf((byte)' ');
        // Indented by blanks alone it could be a line without a name, which begins with a thread id.
        if (rest.Length == line.Length || address is < 1 or > 16 || (line[0] == ' ' && address < 9) || rest[..address].ContainsAnyExcept(HexDigits))
        {
            return default;
        }
        ReadOnlySpan<byte> name = rest[(address + 1)..].TrimStart((byte)' ');
        int end = name.IndexOfAny((byte)' ', (byte)'+');
        return end < 0 ? name : name[..end];
    }

    // -F +ip,sym puts the address of the code behind the message, sixteen digits wide, then its symbol and perhaps the object.
    private static ReadOnlySpan<byte> WithoutAddress(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line.TrimEnd((byte)' ');
        // -F +cgroup ends the line with a path; no message ends in a word that begins so.
        if (rest.LastIndexOf((byte)' ') is > 20 and int path && path + 1 < rest.Length && rest[path + 1] == '/')
        {
            rest = rest[..path].TrimEnd((byte)' ');
            line = rest;
        }
        // An address of the kernel alone (-F +ip) stands behind a whole message; a field of one would have its name before it.
        if (rest.Length > 20 && rest[^17] == ' ' && !IsNameOfAddress(rest[..^17]) && rest[^16..].StartsWith("ffff"u8)
            && !rest[^16..].ContainsAnyExcept(HexDigits))
        {
            return line[..(rest.Length - 17)];
        }
        if (rest.Length > 0 && rest[^1] == ')' && rest.LastIndexOf(" ("u8) is > 0 and int module)
        {
            rest = rest[..module];
        }
        int symbol = rest.LastIndexOf((byte)' ');
        if (symbol < 18 || rest[symbol - 17] != ' ')
        {
            return line;
        }
        ReadOnlySpan<byte> address = rest[(symbol - 16)..symbol];
        ReadOnlySpan<byte> digits = address.TrimStart((byte)' ');
        bool isAddress = address.StartsWith("ffff"u8) || (digits.Length is >= 5 and <= 13 && !digits.StartsWith("0x"u8));
        return isAddress && !digits.ContainsAnyExcept(HexDigits) ? line[..(symbol - 17)] : line;
    }

    // The last words of messages that end with a bare 64-bit number: those of kvm_mmu_set_spte and kvm_tdp_mmu_spte_changed.
    private static bool IsNameOfAddress(ReadOnlySpan<byte> text) => text.EndsWith(" at"u8) || text.EndsWith(" new_spte"u8);

    // Lines may begin with the time, which a period follows as a thread follows a name.
    private static bool IsTime(ReadOnlySpan<byte> column)
    {
        int at = 0;
        SkipBlanks(column, ref at);
        return Digits.TryReadStamp(column, ref at, out _, out bool hasFraction) && hasFraction && at < column.Length && column[at] == ':';
    }

    private static bool IsPeriodColumn(ReadOnlySpan<byte> text) =>
        text.Length > 10 && text[10] == ' ' && char.IsAsciiDigit((char)text[9]) && !text[..5].ContainsAnyExcept((byte)' ');

    // A thread alone stands in five columns or as many as it has digits, a period in ten.
    private static bool IsTidColumn(ReadOnlySpan<byte> line, int start)
    {
        int end = start;
        while (end < line.Length && char.IsAsciiDigit((char)line[end]))
        {
            end++;
        }
        return end - start is > 0 and <= 7 && end == Math.Max(5, end - start) && end < line.Length && line[end] == ' ';
    }

    private static bool FromLatency(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        header.Reset();
        int at = LatencyNameWidth;
        SkipBlanks(line, ref at);
        if (!Digits.TryReadId(line, ref at, out int tid) || at < LatencyNameWidth + 6 || at >= line.Length || line[at] != ' ')
        {
            return false;
        }
        SkipBlanks(line, ref at);
        if (!Digits.TryReadId(line, ref at, out int cpu) || at >= line.Length || line[at] != ' ' || !FromCpu(line, at, ref header) || !header.HasTime
            || header.Cpu >= 0)
        {
            return false;
        }
        header.Tid = tid;
        header.Cpu = cpu;
        return true;
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
        SkipTimeOfDay(line, ref at);
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
        // The time of day in a journal's line looks alike: "12:00:01".
        if (length == 0 || length >= name.Length || name[length] != ':' || !name[..length].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }
        header.System = rest[..colon];
        header.Event = name[..length];
        header.Message = name[(length + 1)..].TrimStart((byte)' ');
        return true;
    }

    // -F +tod: "2026-11-20 12:00:01.123456 ".
    private static void SkipTimeOfDay(ReadOnlySpan<byte> line, ref int at)
    {
        const int Length = 26;
        if (line.Length > at + Length && line[at + 4] == '-' && line[at + 7] == '-' && line[at + 10] == ' ' && line[at + 13] == ':' && line[at + 16] == ':'
            && line[at + 19] == '.' && line[at + Length] == ' ')
        {
            at += Length;
            SkipBlanks(line, ref at);
        }
    }

    private static void SkipBlanks(ReadOnlySpan<byte> line, ref int at)
    {
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
    }
}
