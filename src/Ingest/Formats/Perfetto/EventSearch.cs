namespace SecondLook.Ingest.Formats.Perfetto;

/// <summary>Finds event messages in the bytes of a damaged trace: a length that holds exactly a time, a thread and one known message.</summary>
internal static class EventSearch
{
    private const int EventTag = 0x12;
    private const int TimeTag = 0x08;
    private const int LongestEvent = 1 << 12;

    /// <summary>The next event.</summary>
    /// <param name="bytes">The trace.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="content">The event's message without tag and length.</param>
    /// <returns>Offset of its tag, -1 when there is none.</returns>
    public static int Next(ReadOnlySpan<byte> bytes, int from, out Range content)
    {
        content = default;
        for (int at = from; at + 4 < bytes.Length; at++)
        {
            int found = bytes[at..].IndexOf((byte)EventTag);
            if (found < 0)
            {
                return -1;
            }
            at += found;
            int start = at + 1;
            int length = 0;
            for (int shift = 0; start < bytes.Length && shift < 21; shift += 7)
            {
                byte b = bytes[start++];
                length |= (b & 0x7f) << shift;
                if (b < 0x80)
                {
                    break;
                }
            }
            if (length is > 4 and < LongestEvent && start + length <= bytes.Length && bytes[start] == TimeTag && IsEvent(bytes.Slice(start, length)))
            {
                content = start..(start + length);
                return at;
            }
        }
        return -1;
    }

    private static bool IsEvent(ReadOnlySpan<byte> message)
    {
        int times = 0;
        int threads = 0;
        int messages = 0;
        ProtoCursor fields = new(message);
        while (fields.Next())
        {
            times += fields is { Field: 1, IsBytes: false } ? 1 : 0;
            threads += fields is { Field: 2, IsBytes: false, Number: < 1 << 23 } ? 1 : 0;
            messages += fields is { Field: > 2 and < 1 << 12, IsBytes: true } ? 1 : 0;
        }
        return !fields.IsCut && times == 1 && threads == 1 && messages == 1;
    }
}
