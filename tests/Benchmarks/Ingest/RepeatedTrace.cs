using System.Globalization;
using SecondLook.Ingest;

namespace SecondLook.Benchmarks.Ingest;

/// <summary>Makes a big trace out of a capture: its lines again and again, stamps shifted so that time goes on, under one header.</summary>
internal static class RepeatedTrace
{
    /// <summary>Writes the file unless it is there already.</summary>
    /// <param name="capture">ftrace text, plain or packed.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="size">Bytes wanted.</param>
    public static string Make(string capture, string folder, long size)
    {
        string name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(capture)))!;
        string target = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{size / 1_000_000}MB.txt"));
        if (File.Exists(target))
        {
            return target;
        }
        byte[] text = IngestStage.Unpack(capture);
        int body = 0;
        while (body < text.Length && text[body] == '#')
        {
            body = Array.IndexOf(text, (byte)'\n', body) + 1;
        }
        List<(int Start, int Stamp, int StampEnd, int End, long Us)> lines = Lines(text, body);
        long span = lines[^1].Us - lines[0].Us + 1000;
        using FileStream stream = new(target + ".partial", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        stream.Write("# tracer: nop\n#\n"u8);
        Span<byte> stamp = stackalloc byte[32];
        for (long round = 0; stream.Position < size; round++)
        {
            foreach ((int start, int at, int atEnd, int end, long us) in lines)
            {
                if (stream.Position >= size)
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
            }
        }
        stream.Dispose();
        File.Move(target + ".partial", target);
        return target;
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
