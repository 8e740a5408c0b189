using System.Text;

namespace SecondLook.Contracts.Diagnostics;

/// <summary>One kept example of a diagnostic.</summary>
/// <param name="Input">Base name of the input.</param>
/// <param name="Line">1-based line or record; 0 when it has no such place.</param>
/// <param name="Text">The text in question, at most 200 bytes.</param>
public sealed record DiagnosticExample(string Input, long Line, string Text);

/// <summary>A cause with its count and first examples.</summary>
public sealed class DiagnosticCount
{
    internal DiagnosticCount(DiagnosticCode code) => Code = code;

    /// <summary>The cause.</summary>
    public DiagnosticCode Code { get; }

    /// <summary>How often it was met (or the sum of amounts, such as bytes).</summary>
    public long Count { get; internal set; }

    /// <summary>The first examples, at most ten.</summary>
    public List<DiagnosticExample> Examples { get; } = [];
}

/// <summary>Counts of what was odd about an input: every cause with its number, place and first examples. Nothing is dropped silently.</summary>
public sealed class DiagnosticLog
{
    /// <summary>Examples kept for each cause.</summary>
    public const int MaxExamples = 10;

    private const int MaxTextBytes = 200;
    private readonly SortedDictionary<string, DiagnosticCount> _counts = new(StringComparer.Ordinal);

    /// <summary>All causes met, by id.</summary>
    public IReadOnlyCollection<DiagnosticCount> Counts => _counts.Values;

    /// <summary>Counts a cause without an example.</summary>
    public void Add(DiagnosticCode code, long amount = 1) => Entry(code).Count += amount;

    /// <summary>Counts a cause at a place.</summary>
    /// <param name="code">The cause.</param>
    /// <param name="input">Base name of the input.</param>
    /// <param name="line">1-based line or record, 0 if none.</param>
    /// <param name="text">The text in question, UTF-8, cut at 200 bytes.</param>
    public void Add(DiagnosticCode code, string input, long line, ReadOnlySpan<byte> text)
    {
        DiagnosticCount entry = Entry(code);
        entry.Count++;
        if (entry.Examples.Count < MaxExamples)
        {
            entry.Examples.Add(new DiagnosticExample(input, line, Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxTextBytes)])));
        }
    }

    /// <summary>Count of a cause, 0 if never met.</summary>
    public long CountOf(DiagnosticCode code) => _counts.TryGetValue(code.Id, out DiagnosticCount? entry) ? entry.Count : 0;

    /// <summary>Adds the counts and examples of another log.</summary>
    public void Merge(DiagnosticLog other)
    {
        foreach (DiagnosticCount theirs in other.Counts)
        {
            DiagnosticCount entry = Entry(theirs.Code);
            entry.Count += theirs.Count;
            foreach (DiagnosticExample example in theirs.Examples)
            {
                if (entry.Examples.Count < MaxExamples)
                {
                    entry.Examples.Add(example);
                }
            }
        }
    }

    private DiagnosticCount Entry(DiagnosticCode code)
    {
        if (!_counts.TryGetValue(code.Id, out DiagnosticCount? entry))
        {
            entry = new DiagnosticCount(code);
            _counts.Add(code.Id, entry);
        }
        return entry;
    }
}
