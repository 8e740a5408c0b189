using System.Globalization;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Synth;

/// <summary>Makes a big trace out of a capture: its lines again and again, stamps shifted so that time goes on, under one header.</summary>
internal static class RepeatedText
{
    /// <summary>Writes the file.</summary>
    /// <param name="text">ftrace text whose stamps have six digits of fraction.</param>
    /// <param name="stream">Receives it.</param>
    /// <param name="size">Bytes wanted; 0 for the text once. Whole lines only, at least one.</param>
    /// <exception cref="InputException">There is no event line in it.</exception>
    public static void Write(byte[] text, Stream stream, long size)
    {
        int body = 0;
        while (body < text.Length && text[body] == '#')
        {
            body = Array.IndexOf(text, (byte)'\n', body) + 1;
        }
        List<(int Start, int Stamp, int StampEnd, int End, long Us)> lines = Lines(text, body);
        if (lines.Count == 0)
        {
            throw new InputException("no_events", "there is no line with a time in seconds in it: nothing can be repeated.");
        }
        if (size == 0)
        {
            stream.Write(text);
            return;
        }
        long span = lines[^1].Us - lines[0].Us + 1000;
        stream.Write(text, 0, body);
        long written = body;
        Span<byte> stamp = stackalloc byte[32];
        for (long round = 0; written < size; round++)
        {
            foreach ((int start, int at, int atEnd, int end, long us) in lines)
            {
                if (written >= size)
                {
                    break;
                }
                long shifted = us + (round * span);
                stream.Write(text, start, at - start);
                _ = (shifted / 1_000_000).TryFormat(stamp, out int whole, default, CultureInfo.InvariantCulture);
                stamp[whole] = (byte)'.';
                _ = (shifted % 1_000_000).TryFormat(stamp[(whole + 1)..], out int fraction, "d6", CultureInfo.InvariantCulture);
                stream.Write(stamp[..(whole + 1 + fraction)]);
                stream.Write(text, atEnd, end - atEnd);
                written += (end - start) - (atEnd - at) + whole + 1 + fraction;
            }
        }
    }

    private static List<(int Start, int Stamp, int StampEnd, int End, long Us)> Lines(byte[] text, int body)
    {
        List<(int, int, int, int, long)> lines = [];
        for (int start = body; start < text.Length;)
        {
            int end = Array.IndexOf(text, (byte)'\n', start) + 1;
            if (end == 0)
            {
                break;
            }
            ReadOnlySpan<byte> line = text.AsSpan(start, end - start);
            int colon = line.IndexOf(": "u8);
            int from = colon < 0 ? -1 : line[..colon].LastIndexOf((byte)' ') + 1;
            if (from > 0 && decimal.TryParse(line[from..colon], CultureInfo.InvariantCulture, out decimal seconds))
            {
                lines.Add((start, start + from, start + colon, end, (long)(seconds * 1_000_000)));
            }
            start = end;
        }
        return lines;
    }
}
