using System.Globalization;
using System.Text;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Options that versions 6 and 7 share.</summary>
internal static class OptionList
{
    private const int Date = 1;
    private const int CpuStatistics = 2;
    private const int Clock = 4;
    private const int Uname = 5;
    private const int Offset = 7;
    private const int TraceId = 11;
    private const int TimeShift = 12;
    private const int Guest = 13;
    private const int CyclesToNs = 14;
    private const int MaxSamples = 1 << 16;

    /// <summary>Takes an option if it is one of these.</summary>
    public static void Take(TraceDatFile file, int id, byte[] data)
    {
        try
        {
            TakeChecked(file, id, data);
        }
        catch (InvalidDataException)
        {
            // An option that is cut says nothing; the records do not depend on it.
            file.IsDamaged = true;
        }
    }

    /// <summary>The chosen clock: the word in brackets of a list, or the one word.</summary>
    public static string? ChosenClock(string text)
    {
        int open = text.IndexOf('[', StringComparison.Ordinal);
        int close = text.IndexOf(']', StringComparison.Ordinal);
        string name = open >= 0 && close > open ? text[(open + 1)..close] : text.Trim().Trim('\0');
        return name.Length is > 0 and < 64 && !name.Contains(' ', StringComparison.Ordinal) ? name : null;
    }

    private static void TakeChecked(TraceDatFile file, int id, byte[] data)
    {
        ByteCursor cursor = new(SeekableBytes.Of(data), 0, data.Length, file.BigEndian);
        switch (id)
        {
            case Date:
                file.Correction.Offset += Number(data) * 1000;
                break;
            case Offset:
                file.Correction.Offset += Number(data);
                break;
            case CpuStatistics:
                file.Overrun += Overrun(Text(data));
                break;
            case Clock:
                file.Clock = ChosenClock(Text(data));
                break;
            case Uname:
                file.Uname = Text(data).Trim();
                break;
            case TraceId:
                file.TraceId = cursor.U64();
                break;
            case TimeShift:
                Shifts(file.Correction, cursor);
                break;
            case Guest:
                file.Guests.Add(GuestOf(cursor));
                break;
            case CyclesToNs:
                file.Correction.Multiplier = cursor.U32();
                file.Correction.ProductShift = (int)Math.Min(cursor.U32(), 127);
                break;
        }
    }

    private static string Text(byte[] data) => Encoding.UTF8.GetString(data).TrimEnd('\0');

    private static long Number(byte[] data)
    {
        string text = Text(data).Trim();
        bool negative = text.StartsWith('-');
        text = text.TrimStart('-', '+');
        long value = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? (long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex) ? hex : 0)
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
        return negative ? -value : value;
    }

    private static long Overrun(string text)
    {
        long sum = 0;
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.Trim();
            if (trimmed.StartsWith("overrun: ", StringComparison.Ordinal)
                && long.TryParse(trimmed.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count < long.MaxValue - sum)
            {
                sum += count;
            }
        }
        return sum;
    }

    private static void Shifts(StampCorrection correction, ByteCursor cursor)
    {
        _ = cursor.U64();
        correction.Interpolate = (cursor.U32() & 1) != 0;
        uint cpus = cursor.U32();
        List<int> counts = [];
        for (uint cpu = 0; cpu < cpus && cursor.Left > 0; cpu++)
        {
            uint count = cursor.U32();
            if (count > MaxSamples || count * 24L > cursor.Left)
            {
                throw new InvalidDataException("more time samples than bytes");
            }
            ulong[] times = Numbers(cursor, count);
            ulong[] offsets = Numbers(cursor, count);
            ulong[] scalings = Numbers(cursor, count);
            StampCorrection.Shift[] samples = new StampCorrection.Shift[count];
            for (int i = 0; i < count; i++)
            {
                samples[i] = new StampCorrection.Shift(times[i], unchecked((long)offsets[i]), scalings[i], 0);
            }
            correction.AddCpu(samples);
            counts.Add((int)count);
        }
        // Newer files append the fractions, for all CPUs behind all samples.
        for (int cpu = 0; cpu < counts.Count && cursor.Left >= counts[cpu] * 8L && cursor.Left > 0; cpu++)
        {
            for (int i = 0; i < counts[cpu]; i++)
            {
                correction.SetFraction(cpu, i, (int)Math.Min(cursor.U64(), 127));
            }
        }
    }

    private static ulong[] Numbers(ByteCursor cursor, uint count)
    {
        ulong[] numbers = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = cursor.U64();
        }
        return numbers;
    }

    private static GuestLink GuestOf(ByteCursor cursor)
    {
        string name = cursor.Text();
        GuestLink guest = new(name, cursor.U64(), []);
        uint cpus = cursor.U32();
        for (uint i = 0; i < cpus && cursor.Left >= 8; i++)
        {
            uint vcpu = cursor.U32();
            uint tid = cursor.U32();
            if (vcpu <= short.MaxValue && tid <= int.MaxValue)
            {
                guest.VcpuThreads.Add(((int)vcpu, (int)tid));
            }
        }
        return guest;
    }
}
