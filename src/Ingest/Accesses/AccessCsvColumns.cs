using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SecondLook.Ingest.Accesses;

/// <summary>Which column of a list of accesses is what, from its header or from the shape of its first line.</summary>
internal sealed class AccessCsvColumns
{
    private static readonly string[] PageNames = ["page", "gfn", "pfn", "page_id", "obj_id", "object", "key", "id", "block", "lbn"];
    private static readonly string[] AddressNames = ["address", "addr", "hva", "gpa", "gva", "va"];
    private static readonly (string Name, double Ns, string Unit)[] TimeNames =
    [
        ("t_mono_ns", 1, "ns"), ("ts_ns", 1, "ns"), ("time_ns", 1, "ns"), ("timestamp_ns", 1, "ns"), ("t_ns", 1, "ns"), ("ns", 1, "ns"),
        ("time_us", 1e3, "us"), ("ts_us", 1e3, "us"), ("time_ms", 1e6, "ms"), ("ts_ms", 1e6, "ms"),
        ("time_s", 1e9, "s"), ("ts_s", 1e9, "s"), ("seconds", 1e9, "s"), ("time", 1e9, "s"), ("ts", 1e9, "s"), ("timestamp", 1e9, "s"), ("clock_time", 1e9, "s"),
    ];

    private double _nsPerUnit = 1;
    private byte _separator;

    private AccessCsvColumns()
    {
    }

    /// <summary>Number of columns.</summary>
    public int Count { get; private set; }

    /// <summary>Position of the page number or address.</summary>
    public int Page { get; private set; } = -1;

    /// <summary>Whether <see cref="Page"/> holds byte addresses.</summary>
    public bool IsAddress { get; private set; }

    /// <summary>Position of the time, or -1.</summary>
    public int Time { get; private set; } = -1;

    /// <summary>Unit of the time.</summary>
    public string TimeUnit { get; private set; } = "ns";

    /// <summary>Position of the step of a plan, or -1.</summary>
    public int Step { get; private set; } = -1;

    /// <summary>Position of the VM's name, or -1.</summary>
    public int Vm { get; private set; } = -1;

    /// <summary>Position of the capture kit's word for the access, or -1.</summary>
    public int Op { get; private set; } = -1;

    /// <summary>Finds the columns.</summary>
    /// <param name="line">First line that is neither empty nor a comment.</param>
    /// <param name="header">Whether it is a header.</param>
    /// <param name="problem">What is wrong with it, or null.</param>
    public static AccessCsvColumns Of(ReadOnlySpan<byte> line, out bool header, out string? problem)
    {
        AccessCsvColumns columns = new() { _separator = SeparatorOf(line) };
        List<string> words = [];
        ReadOnlySpan<byte> rest = line;
        header = false;
        for (bool more = true; more;)
        {
            more = columns.Next(ref rest, out ReadOnlySpan<byte> field);
            words.Add(Encoding.UTF8.GetString(field).Trim('"').ToLowerInvariant());
            header |= !TryNumber(field, out _) && !double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        }
        columns.Count = words.Count;
        if (header)
        {
            columns.Name(words);
            problem = columns.Page >= 0 ? null : $"no column of pages; expected one of {string.Join(", ", PageNames)} or, for byte addresses, {string.Join(", ", AddressNames)}";
            return columns;
        }
        problem = columns.Count <= 2 ? null : $"{columns.Count} columns without a header that names them";
        columns.Page = columns.Count - 1;
        columns.Time = columns.Count == 2 ? 0 : -1;
        return columns;
    }

    /// <summary>Cuts the next field off.</summary>
    /// <returns>Whether more follow.</returns>
    public bool Next(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        int end = rest.IndexOf(_separator);
        field = (end < 0 ? rest : rest[..end]).Trim(" \t\""u8);
        rest = end < 0 ? default : rest[(end + 1)..];
        // Runs of blanks separate once.
        rest = _separator == (byte)' ' ? rest.TrimStart((byte)' ') : rest;
        return end >= 0;
    }

    /// <summary>A time in nanoseconds, null where it is none.</summary>
    public long? TimeNs(ReadOnlySpan<byte> field)
    {
        if (_nsPerUnit == 1)
        {
            return Utf8Parser.TryParse(field, out long ns, out int used) && used == field.Length ? ns : null;
        }
        // Decimal arithmetic keeps the nanoseconds of a date in seconds.
        return decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            && Math.Abs(value) < long.MaxValue / (decimal)_nsPerUnit ? (long)(value * (decimal)_nsPerUnit) : null;
    }

    /// <summary>Reads a whole number, decimal or 0x.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> field, out ulong number)
    {
        bool hex = field.StartsWith("0x"u8) || field.StartsWith("0X"u8);
        field = hex ? field[2..] : field;
        return Utf8Parser.TryParse(field, out number, out int used, hex ? 'x' : default) && used == field.Length;
    }

    private void Name(List<string> words)
    {
        for (int i = words.Count - 1; i >= 0; i--)
        {
            string word = words[i];
            Step = word == "step" ? i : Step;
            Vm = word == "vm" ? i : Vm;
            Op = word == "op" ? i : Op;
            foreach ((string name, double ns, string unit) in TimeNames)
            {
                if (word == name)
                {
                    Time = i;
                    _nsPerUnit = ns;
                    TimeUnit = unit;
                }
            }
        }
        Page = Find(words, PageNames);
        if (Page < 0)
        {
            Page = Find(words, AddressNames);
            IsAddress = Page >= 0;
        }
    }

    private static int Find(List<string> words, string[] names)
    {
        foreach (string name in names)
        {
            int at = words.IndexOf(name);
            if (at >= 0)
            {
                return at;
            }
        }
        return -1;
    }

    private static byte SeparatorOf(ReadOnlySpan<byte> line)
    {
        foreach (byte separator in ",;\t "u8)
        {
            if (line.Contains(separator))
            {
                return separator;
            }
        }
        return (byte)',';
    }
}
