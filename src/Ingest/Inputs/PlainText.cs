using System.Text;

namespace SecondLook.Ingest.Inputs;

/// <summary>Makes text out of what editors and shells of other systems write: UTF-16, and lines that a carriage return alone ends.</summary>
internal static class PlainText
{
    private const int HeadBytes = 1 << 16;

    /// <summary>The stream as it is, or with its text made plain.</summary>
    /// <param name="stream">Unpacked bytes.</param>
    /// <param name="facts">Takes what was done.</param>
    public static PeekStream Of(PeekStream stream, InputFacts facts)
    {
        ReadOnlySpan<byte> head = stream.Peek(HeadBytes);
        if (head.Length >= 4 && ((head[0] == 0xff && head[1] == 0xfe) || (head[0] == 0xfe && head[1] == 0xff)) && !head[..2].SequenceEqual(head[2..4]))
        {
            Encoding utf16 = head[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode;
            facts.WasUtf16 = true;
            return Of(new PeekStream(Encoding.CreateTranscodingStream(stream, utf16, Encoding.UTF8)), facts);
        }
        return head.Contains((byte)'\r') && !head.Contains((byte)'\n') && !head.Contains((byte)0)
            ? new PeekStream(new LoneReturnStream(stream, facts))
            : stream;
    }

    /// <summary>Carriage returns become newlines.</summary>
    private sealed class LoneReturnStream(Stream inner, InputFacts facts) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            facts.LoneReturns += buffer[..read].Count((byte)'\r');
            buffer[..read].Replace((byte)'\r', (byte)'\n');
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
