using System.Buffers.Binary;
using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Formats.Perfetto;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>
/// Finds the units of seeds: lines of text; members of archives; pages of a trace.dat (the packed pages of a CPU, which are one stretch of
/// compressed data); records of a perf.data; event messages of Perfetto.
/// </summary>
/// <param name="container">Container, for reading.</param>
/// <param name="folder">Folder for files that are read.</param>
internal sealed class FuzzUnits(string container, string folder)
{
    private const int PerfHeader = 8;
    private const uint Skipped = 10;

    /// <summary>Text: a line with its newline and the one before it.</summary>
    public FuzzSeed Lines(byte[] text)
    {
        ILookup<long, FuzzRecord> records = Read(text).ToLookup(r => r.Line);
        List<FuzzUnit> units = [];
        // Lists of accesses are numbered by access: a line more when there is a header.
        long line = container == "accesses" && text.AsSpan().IndexOf("page"u8) >= 0 ? 0 : 1;
        for (int start = 0; start < text.Length; line++)
        {
            int newline = Array.IndexOf(text, (byte)'\n', start);
            int end = newline < 0 ? text.Length : newline + 1;
            if (records.Contains(line))
            {
                units.Add(new FuzzUnit(Math.Max(0, start - 1), end, [.. records[line]]));
            }
            start = end;
        }
        return new FuzzSeed(text, units);
    }

    /// <summary>An archive of members that begin anew each: a member.</summary>
    public FuzzSeed Members(IEnumerable<byte[]> members)
    {
        List<byte> bytes = [];
        List<FuzzUnit> units = [];
        foreach (byte[] member in members)
        {
            units.Add(new FuzzUnit(bytes.Count, bytes.Count + member.Length, [.. Read(member)]));
            bytes.AddRange(member);
        }
        return new FuzzSeed([.. bytes], units);
    }

    /// <summary>A trace.dat: a page, or the packed pages of a CPU.</summary>
    public FuzzSeed TraceDat(byte[] bytes)
    {
        TraceDatFile file = TraceDatHeader.Read("seed", SeekableBytes.Of(bytes));
        List<(int Start, int End, int Blank, int BlankLength)> places = [];
        foreach (TraceBuffer buffer in file.Buffers)
        {
            foreach (CpuArea area in buffer.Areas)
            {
                int at = (int)Math.Min(area.Offset, bytes.Length);
                int end = (int)Math.Min(bytes.Length, area.Offset + area.Size + (buffer.IsPacked ? 4 : 0));
                // The count of chunks may or may not be part of the size.
                foreach (CpuArea other in file.Buffers.SelectMany(b => b.Areas))
                {
                    end = other.Offset > area.Offset ? (int)Math.Min(end, other.Offset) : end;
                }
                int step = buffer.IsPacked ? int.MaxValue : buffer.PageSize;
                for (; at < end; at = end - at > step ? at + step : end)
                {
                    // No chunks; no bytes committed.
                    places.Add((at, end - at > step ? at + step : end, buffer.IsPacked ? at : at + 8, buffer.IsPacked ? 4 : 8));
                }
            }
        }
        return Blanked(bytes, places);
    }

    /// <summary>A perf.data: a record.</summary>
    public FuzzSeed PerfData(byte[] bytes)
    {
        int data = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40));
        int end = data + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(48));
        List<(int, int, int, int)> places = [];
        for (int at = data; at + PerfHeader <= end;)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 6));
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)) == 9)
            {
                places.Add((at, at + size, at, -1));
            }
            at += Math.Max(size, PerfHeader);
        }
        return Blanked(bytes, places);
    }

    /// <summary>A Perfetto trace: the message of an event.</summary>
    public FuzzSeed Perfetto(byte[] bytes)
    {
        List<(ulong Time, int Cpu, int Start, int End)> events = [];
        ProtoCursor trace = new(bytes);
        while (trace.Next())
        {
            ProtoCursor packet = new(trace.Bytes);
            while (packet.Next())
            {
                if (packet.Field != 1 || !packet.IsBytes)
                {
                    continue;
                }
                int bundleEnd = bytes.Length - trace.Left - packet.Left;
                int cpu = -1;
                ProtoCursor bundle = new(packet.Bytes);
                while (bundle.Next())
                {
                    cpu = bundle is { Field: 1, IsBytes: false } ? (int)bundle.Number : cpu;
                }
                bundle = new ProtoCursor(packet.Bytes);
                while (bundle.Next())
                {
                    if (bundle is not { Field: 2, IsBytes: true })
                    {
                        continue;
                    }
                    ulong time = 0;
                    ProtoCursor e = new(bundle.Bytes);
                    while (e.Next())
                    {
                        time = e is { Field: 1, IsBytes: false } ? e.Number : time;
                    }
                    int end = bundleEnd - bundle.Left;
                    // Tag and length of a message of less than 128 bytes take two bytes.
                    events.Add((time, cpu, end - bundle.Bytes.Length - 2, end));
                }
            }
        }
        ILookup<long, FuzzRecord> records = Read(bytes).ToLookup(r => r.Line);
        (ulong Time, int Cpu, int Start, int End)[] sorted = [.. events.OrderBy(e => e.Time).ThenBy(e => e.Cpu)];
        return new FuzzSeed(bytes, [.. sorted.Select((e, i) => new FuzzUnit(e.Start, e.End, [.. records[i + 1]]))]);
    }

    // What a unit holds is what is read when all others are emptied.
    private FuzzSeed Blanked(byte[] bytes, List<(int Start, int End, int Blank, int BlankLength)> places)
    {
        byte[] empty = (byte[])bytes.Clone();
        foreach ((_, _, int blank, int length) in places)
        {
            if (length < 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(empty.AsSpan(blank), Skipped);
            }
            else if (blank < empty.Length)
            {
                empty.AsSpan(blank, Math.Min(length, empty.Length - blank)).Clear();
            }
        }
        List<FuzzUnit> units = [];
        foreach ((int start, int end, _, _) in places)
        {
            byte[] one = (byte[])empty.Clone();
            bytes.AsSpan(start, end - start).CopyTo(one.AsSpan(start));
            units.Add(new FuzzUnit(start, end, [.. Read(one)]));
        }
        return new FuzzSeed(bytes, units) { Descriptions = Descriptions(bytes, units) };
    }

    private static Dictionary<string, (int Start, int End)> Descriptions(byte[] bytes, List<FuzzUnit> units)
    {
        Dictionary<string, (int, int)> found = [];
        foreach (string name in units.SelectMany(u => u.Records).Select(r => r.Event).Distinct())
        {
            byte[] first = Encoding.ASCII.GetBytes($"name: {name}\n");
            int start = bytes.AsSpan().IndexOf(first);
            int print = start < 0 ? -1 : bytes.AsSpan(start).IndexOf("print fmt: "u8);
            if (print > 0)
            {
                found[name] = (start, start + print + 11);
            }
            else if (PackedBlock(bytes, first) is { } block)
            {
                found[name] = block;
            }
        }
        return found;
    }

    private static (int Start, int End)? PackedBlock(byte[] bytes, byte[] text)
    {
        for (int at = 8; at + 4 < bytes.Length; at++)
        {
            bool zstd = bytes.AsSpan(at).StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);
            int packed = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at - 8));
            if ((zstd || bytes[at] == 0x78) && packed > 8 && packed <= bytes.Length - at)
            {
                byte[] plain = new Unpacker("seed", zstd ? "zstd" : "zlib").Unpack(bytes[at..(at + packed)], 1 << 24, out int length);
                if (plain.AsSpan(0, length).IndexOf(text) >= 0)
                {
                    return (at - 8, at + packed);
                }
            }
        }
        return null;
    }

    private List<FuzzRecord> Read(byte[] bytes)
    {
        string file = Path.Combine(folder, $"{container}.seed");
        File.WriteAllBytes(file, bytes);
        try
        {
            return RecordKeys.Of(container, file);
        }
        catch (InputException)
        {
            return [];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
