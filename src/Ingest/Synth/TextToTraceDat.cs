using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Synth;

/// <summary>Turns made ftrace text into a trace.dat whose records hold what the lines say.</summary>
internal sealed class TextToTraceDat
{
    private readonly RecordForms _forms = new();
    private readonly TracepointTable _tracepoints = new(new Contracts.Events.StringTable());
    private readonly SortedDictionary<int, string> _comms = [];
    private readonly SortedDictionary<string, long> _left = new(StringComparer.Ordinal);
    private readonly List<(string Path, FileStream Stream, RingPages Pages)> _cpus = [];
    private readonly byte[] _record = new byte[LineReader.MaxLine * 2];

    /// <summary>Converts a file.</summary>
    /// <param name="text">ftrace text with stamps in time order within each CPU.</param>
    /// <param name="target">The trace.dat.</param>
    /// <param name="clock">Its trace clock.</param>
    /// <returns>Lines left out by event name: events whose record form is not known here.</returns>
    /// <exception cref="InputException">A line is too long for a page.</exception>
    public static IReadOnlyDictionary<string, long> Convert(string text, string target, string clock)
    {
        TextToTraceDat made = new();
        try
        {
            using (FileStream stream = new(text, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20))
            {
                made.Read(new LineReader(Path.GetFileName(text), stream), target);
            }
            made.Write(target, clock);
        }
        finally
        {
            foreach ((string path, FileStream stream, _) in made._cpus)
            {
                stream.Dispose();
                File.Delete(path);
            }
        }
        return made._left;
    }

    private void Read(LineReader lines, string target)
    {
        LineBlock block = new(LineBlock.UsualCapacity);
        do
        {
            lines.Read(block);
            int start = block.Start;
            foreach (int end in block.Ends)
            {
                Line(block.Buffer.AsSpan(start, end - start), target);
                start = end + 1;
            }
        }
        while (!block.IsLast);
    }

    private void Line(ReadOnlySpan<byte> line, string target)
    {
        LineHeader header = default;
        if (TaskLine.Read(line, ref header) != LineFit.Event || !header.StampIsNs || header.Tid < 0)
        {
            return;
        }
        if (!header.Comm.IsEmpty && header.Tid > 0)
        {
            _ = _comms.TryAdd(header.Tid, Encoding.UTF8.GetString(header.Comm));
        }
        int length = _forms.Find(header.Event, _tracepoints.IsKnown(header.Event)) is { } form ? form.TryRecord(header.Message, header.Tid, _record) : 0;
        if (length == 0)
        {
            string name = Encoding.UTF8.GetString(header.Event);
            _left[name] = _left.GetValueOrDefault(name) + 1;
            return;
        }
        if (length > RingPages.LongestRecord)
        {
            throw new InputException("line_too_long", $"a line of {line.Length} bytes does not fit into a ring-buffer page.");
        }
        while (_cpus.Count <= header.Cpu)
        {
            string path = $"{target}.cpu{_cpus.Count}.partial";
            FileStream stream = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 18);
            _cpus.Add((path, stream, new RingPages(stream)));
        }
        _cpus[header.Cpu].Pages.Add(header.Stamp, _record.AsSpan(0, length));
    }

    private void Write(string target, string clock)
    {
        List<byte[]> formats = [];
        foreach (RecordForm form in _forms.All)
        {
            formats.Add(Encoding.ASCII.GetBytes(form.Format()));
        }
        StringBuilder comms = new();
        foreach ((int tid, string comm) in _comms)
        {
            comms.Append(tid).Append(' ').Append(comm).Append('\n');
        }
        List<long> sizes = [];
        foreach ((_, FileStream stream, RingPages pages) in _cpus)
        {
            pages.Flush();
            stream.Flush();
            sizes.Add(pages.Count * RingPages.PageSize);
        }
        using FileStream output = new(target, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        new TraceDatWriter { Formats = formats, Comms = Encoding.UTF8.GetBytes(comms.ToString()), Clock = clock }.WriteHead(output, sizes);
        foreach ((_, FileStream stream, _) in _cpus)
        {
            stream.Position = 0;
            stream.CopyTo(output);
        }
    }
}
