using System.Buffers;
using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Text;

/// <summary>How much of a line fits the grammar of ftrace and trace-cmd report lines.</summary>
internal enum LineFit
{
    /// <summary>Nothing of it.</summary>
    None,

    /// <summary>Task, CPU and time, but no event name: a function call, a stack trace.</summary>
    TaskOnly,

    /// <summary>Task, CPU, time, event name and message.</summary>
    Event,
}

/// <summary>
/// Reads <c>comm-pid (tgid) [cpu] flags time: event: message</c> (trace-formats.md 2.1, 2.2). Names have at most 15 bytes and are padded to
/// 16, so byte 16 of an untouched line is the dash before the pid, whatever the name holds; only trimmed or prefixed lines are searched.
/// </summary>
internal static class TaskLine
{
    private const int NameWidth = 16;
    private static readonly SearchValues<byte> Identifier =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    /// <summary>Reads a line whose name column is untouched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LineFit Read(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        if (line.Length > NameWidth + 1 && line[NameWidth] == '-' && (uint)(line[NameWidth + 1] - '0') <= 9)
        {
            LineFit fit = ReadFrom(line, NameWidth, ref header);
            if (fit != LineFit.None)
            {
                header.Comm = Name(line[..NameWidth]);
                return fit;
            }
        }
        return LineFit.None;
    }

    /// <summary>Reads a line whose name column was trimmed: the shortest name that lets the rest fit wins.</summary>
    public static LineFit Search(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        int start = 0;
        while (start < line.Length && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }
        for (int dash = start; dash < line.Length - 1 && dash - start <= NameWidth; dash++)
        {
            if (line[dash] == '-' && (uint)(line[dash + 1] - '0') <= 9)
            {
                LineFit fit = ReadFrom(line, dash, ref header);
                if (fit != LineFit.None)
                {
                    header.Comm = Name(line[start..dash]);
                    return fit;
                }
            }
        }
        return LineFit.None;
    }

    /// <summary>Reads <c>time: event: message</c> or <c>event: message</c>.</summary>
    public static LineFit ReadWithoutTask(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        header.Reset();
        int at = 0;
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
        int afterBlanks = at;
        if (Digits.TryReadStamp(line, ref at, out ulong stamp, out bool isNs) && at + 1 < line.Length && line[at] == ':')
        {
            header.HasTime = true;
            header.Stamp = stamp;
            header.StampIsNs = isNs;
            return ReadEvent(line, at + 1, ref header) ? LineFit.Event : LineFit.None;
        }
        return ReadEvent(line, afterBlanks, ref header) ? LineFit.Event : LineFit.None;
    }

    /// <summary>A name without its padding; empty when unknown.</summary>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> column)
    {
        int i = 0;
        while (i < column.Length && column[i] == ' ')
        {
            i++;
        }
        ReadOnlySpan<byte> name = column[i..];
        return name.SequenceEqual("<...>"u8) ? default : name;
    }

    /// <summary>Reads from the dash before the pid on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static LineFit ReadFrom(ReadOnlySpan<byte> line, int dash, ref LineHeader header)
    {
        header.Reset();
        int at = dash + 1;
        if (!Digits.TryReadId(line, ref at, out int tid) || !SkipBlanks(line, ref at))
        {
            return LineFit.None;
        }
        header.Tid = tid;
        if (line[at] == '(')
        {
            if (!ReadTgid(line, ref at, ref header))
            {
                return LineFit.None;
            }
        }
        if (line[at] != '[')
        {
            return LineFit.None;
        }
        at++;
        if (!Digits.TryReadId(line, ref at, out int cpu) || at >= line.Length || line[at] != ']' || cpu > short.MaxValue)
        {
            return LineFit.None;
        }
        header.Cpu = cpu;
        at++;
        if (!SkipBlanks(line, ref at))
        {
            return LineFit.None;
        }
        // Either the latency columns or the time itself.
        int mark = at;
        if (!Digits.TryReadStamp(line, ref at, out ulong stamp, out bool isNs) || at >= line.Length || line[at] != ':')
        {
            at = mark;
            while (at < line.Length && line[at] is not ((byte)' ' or (byte)':'))
            {
                at++;
            }
            if (at - mark is < 3 or > 9 || !SkipBlanks(line, ref at) || !Digits.TryReadStamp(line, ref at, out stamp, out isNs)
                || at >= line.Length || line[at] != ':')
            {
                return LineFit.None;
            }
        }
        header.HasTime = true;
        header.Stamp = stamp;
        header.StampIsNs = isNs;
        return ReadEvent(line, at + 1, ref header) ? LineFit.Event : LineFit.TaskOnly;
    }

    private static bool ReadTgid(ReadOnlySpan<byte> line, ref int at, ref LineHeader header)
    {
        at++;
        while (at < line.Length && line[at] is (byte)' ' or (byte)'-')
        {
            at++;
        }
        if (at < line.Length && line[at] != ')')
        {
            if (!Digits.TryReadId(line, ref at, out int tgid))
            {
                return false;
            }
            header.Tgid = tgid;
        }
        if (at >= line.Length || line[at] != ')')
        {
            return false;
        }
        at++;
        return SkipBlanks(line, ref at);
    }

    /// <summary>Reads the event name and the message, over a column of time differences if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool ReadEvent(ReadOnlySpan<byte> line, int at, ref LineHeader header)
    {
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
        if (at < line.Length && line[at] == '(' && at + 1 < line.Length && line[at + 1] == '+')
        {
            int close = line[at..].IndexOf((byte)')');
            if (close < 0)
            {
                return false;
            }
            at += close + 1;
            while (at < line.Length && line[at] == ' ')
            {
                at++;
            }
        }
        ReadOnlySpan<byte> rest = line[at..];
        int length = rest.IndexOfAnyExcept(Identifier);
        if (length <= 0 || rest[length] != ':')
        {
            return false;
        }
        header.Event = rest[..length];
        int message = length + 1;
        while (message < rest.Length && rest[message] == ' ')
        {
            message++;
        }
        header.Message = rest[message..];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool SkipBlanks(ReadOnlySpan<byte> line, ref int at)
    {
        while ((uint)at < (uint)line.Length && line[at] == ' ')
        {
            at++;
        }
        return at < line.Length;
    }
}
