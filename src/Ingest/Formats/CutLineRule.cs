namespace SecondLook.Ingest.Formats;

/// <summary>Whether a last line without a newline can still be trusted (trace-formats.md 3, 1).</summary>
internal static class CutLineRule
{
    private const int FullAddressWidth = 16;

    /// <summary>True when the last token is an address of full width (<c>%#016lx</c>) or a closed bracket, so that no digit can be missing.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> last = line[(line.LastIndexOf((byte)' ') + 1)..];
        if (last.EndsWith(")"u8))
        {
            return true;
        }
        return last.Length >= FullAddressWidth && (last.StartsWith("0x"u8) || !last.ContainsAnyExcept((byte)'0'));
    }
}
