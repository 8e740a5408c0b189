namespace SecondLook.Ingest.Formats;

/// <summary>Whether a line that fits no grammar would have been an event that matters: then it is quarantined, not dropped among console messages.</summary>
internal static class LostEvent
{
    private const int LongestHead = 160;

    /// <summary>True when the name of a known event stands behind a time, as it does in every dialect.</summary>
    public static bool IsIn(ReadOnlySpan<byte> line, TracepointTable known)
    {
        ReadOnlySpan<byte> head = line[..Math.Min(line.Length, LongestHead)];
        for (int at = 0; head[at..].IndexOf(": "u8) is >= 0 and int found; at += found + 2)
        {
            int colon = at + found;
            if (colon == 0 || !char.IsAsciiDigit((char)head[colon - 1]))
            {
                continue;
            }
            ReadOnlySpan<byte> rest = line[(colon + 2)..].TrimStart((byte)' ');
            int length = PairGrammar.NameLength(rest);
            if (length > 0 && length < rest.Length && rest[length] == ':' && known.IsKnown(rest[..length]))
            {
                return true;
            }
        }
        return false;
    }
}
