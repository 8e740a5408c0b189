namespace SecondLook.Ingest.Text;

/// <summary>An event in the output of the function graph tracer: a comment between the calls, <c> 3)               |  /* event: message */</c>.</summary>
/// <remarks>Accepts: what the tracer's options put before it, <c>[time |] [cpu)] [comm-pid |] [duration |]</c>. Names are cut to seven bytes there.</remarks>
internal static class GraphComment
{
    private const int LongestPrefix = 120;

    /// <summary>Reads a line.</summary>
    public static bool Read(ReadOnlySpan<byte> line, ref LineHeader header)
    {
        line = line.TrimEnd((byte)' ');
        int open = line.IndexOf("/* "u8);
        if (open is < 1 or > LongestPrefix || open + 6 > line.Length || !line.EndsWith(" */"u8) || line[..open].IndexOf((byte)'|') < 0)
        {
            return false;
        }
        if (!TaskLine.ReadEvent(line[..^3], open + 3, ref header))
        {
            return false;
        }
        ReadOnlySpan<byte> name = header.Event;
        ReadOnlySpan<byte> message = header.Message;
        header.Reset();
        header.Event = name;
        header.Message = message.TrimEnd((byte)' ');
        Prefix(line[..open], ref header);
        return true;
    }

    private static void Prefix(ReadOnlySpan<byte> prefix, ref LineHeader header)
    {
        int at = 0;
        Blanks(prefix, ref at);
        int mark = at;
        if (Digits.TryReadStamp(prefix, ref at, out ulong stamp, out bool isNs) && isNs)
        {
            Blanks(prefix, ref at);
            if (at < prefix.Length && prefix[at] == '|')
            {
                header.HasTime = true;
                header.StampIsNs = true;
                header.Stamp = stamp;
                mark = ++at;
            }
        }
        at = mark;
        Blanks(prefix, ref at);
        if (Digits.TryReadId(prefix, ref at, out int cpu) && at < prefix.Length && prefix[at] == ')' && cpu <= short.MaxValue)
        {
            header.Cpu = cpu;
            mark = at + 1;
        }
        // The name stands in the middle of its column: "kswapd0-74".
        ReadOnlySpan<byte> column = prefix[mark..];
        int end = column.IndexOf((byte)'|');
        ReadOnlySpan<byte> task = end < 0 ? default : column[..end].Trim((byte)' ');
        int dash = task.LastIndexOf((byte)'-');
        int pid = dash + 1;
        if (dash > 0 && Digits.TryReadId(task, ref pid, out int tid) && pid == task.Length)
        {
            header.Tid = tid;
            header.Comm = TaskLine.Name(task[..dash]);
        }
    }

    private static void Blanks(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }
}
