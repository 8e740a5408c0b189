namespace SecondLook.Contracts.Tables;

/// <summary>Name, version and columns of one artefact table.</summary>
/// <remarks>A new optional column raises the minor version; any change of meaning raises the major one (docs/tables.md).</remarks>
public sealed class TableSchema
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    /// <summary>Describes a table.</summary>
    /// <param name="name">Name, lower case with underscores.</param>
    /// <param name="major">Major version.</param>
    /// <param name="minor">Minor version.</param>
    /// <param name="summary">What a row is, one sentence.</param>
    /// <param name="columns">Columns in file order.</param>
    public TableSchema(string name, int major, int minor, string summary, IReadOnlyList<TableColumn> columns)
    {
        Name = name;
        Major = major;
        Minor = minor;
        Summary = summary;
        Columns = columns;
        for (int i = 0; i < columns.Count; i++)
        {
            _positions.Add(columns[i].Name, i);
        }
    }

    /// <summary>Key of the Parquet metadata entry that holds <see cref="Id"/>.</summary>
    public const string MetadataKey = "secondlook.schema";

    /// <summary>Name of the table.</summary>
    public string Name { get; }

    /// <summary>Major version: readers refuse another one.</summary>
    public int Major { get; }

    /// <summary>Minor version: readers accept any.</summary>
    public int Minor { get; }

    /// <summary>What a row is.</summary>
    public string Summary { get; }

    /// <summary>Columns in file order.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Name and version as stored: <c>name/major.minor</c>.</summary>
    public string Id => $"{Name}/{Major}.{Minor}";

    /// <summary>Position of a column, or -1.</summary>
    public int IndexOf(string column) => _positions.GetValueOrDefault(column, -1);
}
