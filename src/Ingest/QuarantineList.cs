using System.Text;

namespace SecondLook.Ingest;

/// <summary>One line or record that could not be used.</summary>
/// <param name="FileNo">Index of the input.</param>
/// <param name="Line">1-based line, or record.</param>
/// <param name="ByteOffset">Offset of its first byte in the unpacked input.</param>
/// <param name="Reason">Cause.</param>
/// <param name="Text">Its first 256 bytes.</param>
internal sealed record QuarantineRow(int FileNo, long Line, long ByteOffset, string Reason, string Text);

/// <summary>All lines and records that could not be used, counted by cause; rows are kept up to a bound, so that noise cannot eat memory.</summary>
internal sealed class QuarantineList
{
    /// <summary>Rows kept; further ones are only counted.</summary>
    public const int MaxRows = 100_000;

    private const int MaxTextBytes = 256;
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<QuarantineRow> _rows = [];

    /// <summary>Counts by cause.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Rows, in order of input.</summary>
    public IReadOnlyList<QuarantineRow> Rows => _rows;

    /// <summary>All of them.</summary>
    public long Total { get; private set; }

    /// <summary>Gives the last row another cause, when whoever added it could not know better.</summary>
    /// <param name="from">Cause that it was given; a row of another one stays as it is.</param>
    /// <param name="to">Cause.</param>
    public void RenameLast(string from, string to)
    {
        if (_rows.Count != Total || _rows[^1].Reason != from)
        {
            return;
        }
        _rows[^1] = _rows[^1] with { Reason = to };
        _counts[to] = _counts.GetValueOrDefault(to) + 1;
        if (--_counts[from] == 0)
        {
            _ = _counts.Remove(from);
        }
    }

    /// <summary>Adds a row.</summary>
    public void Add(int fileNo, long line, long offset, string reason, ReadOnlySpan<byte> text)
    {
        Total++;
        _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
        if (_rows.Count < MaxRows)
        {
            _rows.Add(new QuarantineRow(fileNo, line, offset, reason, Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxTextBytes)])));
        }
    }
}
