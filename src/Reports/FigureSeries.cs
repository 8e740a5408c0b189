using System.Text;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports;

/// <summary>The numbers that a figure draws, as its CSV holds them.</summary>
/// <param name="columns">Column names with units.</param>
public sealed class FigureSeries(IReadOnlyList<string> columns)
{
    private readonly List<string[]> _rows = [];
    private string? _reason;

    /// <summary>Column names.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>Rows of fields, not escaped.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>A series without rows, and why.</summary>
    public static FigureSeries Empty(IReadOnlyList<string> columns, string reason) => new(columns) { _reason = reason };

    /// <summary>Adds a row.</summary>
    /// <param name="fields">Strings, whole numbers, numbers or null for nothing, one a column.</param>
    /// <exception cref="ArgumentException">There are not as many fields as columns.</exception>
    public void Add(params ReadOnlySpan<object?> fields)
    {
        if (fields.Length != Columns.Count)
        {
            throw new ArgumentException($"{fields.Length} fields for {Columns.Count} columns.", nameof(fields));
        }
        string[] row = new string[fields.Length];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = fields[i] switch
            {
                null => "",
                double number => Numbers.Data(number),
                IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                object other => other.ToString() ?? "",
            };
        }
        _rows.Add(row);
    }

    /// <summary>The CSV text, LF line ends; a reason stands as a comment line after the header.</summary>
    public string ToCsv()
    {
        StringBuilder csv = new();
        csv.AppendJoin(',', Columns.Select(Escape.Csv)).Append('\n');
        if (_reason is not null)
        {
            csv.Append("# not drawn: ").Append(_reason.Replace('\n', ' ')).Append('\n');
        }
        foreach (string[] row in _rows)
        {
            csv.AppendJoin(',', row.Select(Escape.Csv)).Append('\n');
        }
        return csv.ToString();
    }
}
