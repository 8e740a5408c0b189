namespace SecondLook.Ingest.Tracepoints;

/// <summary>Access rights printed as letters.</summary>
internal static class AccessLetters
{
    /// <summary>Bits r 1, w 2, x 4 of letters such as <c>rw-u</c>.</summary>
    public static byte Bits(ReadOnlySpan<byte> letters) =>
        (byte)((letters.IndexOf((byte)'r') >= 0 ? 1 : 0) | (letters.IndexOf((byte)'w') >= 0 ? 2 : 0) | (letters.IndexOf((byte)'x') >= 0 ? 4 : 0));
}
