using System.Text;
using System.Text.RegularExpressions;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Reports.Tests.Docs;

/// <summary>docs/tables.md is written from the schemas; accept a change with SECONDLOOK_ACCEPT=1.</summary>
public sealed partial class TablesDocTests
{
    [Fact]
    public void TablesDoc_AgainstTheSchemas_IsCurrent()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "SecondLook.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }
        Assert.NotNull(root);
        string path = Path.Combine(root, "docs", "tables.md");
        string wanted = Write();
        if (Environment.GetEnvironmentVariable("SECONDLOOK_ACCEPT") == "1")
        {
            File.WriteAllText(path, wanted);
        }
        string found = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(wanted == found, "docs/tables.md differs from the schemas: run SECONDLOOK_ACCEPT=1 dotnet test -c Release tests/Reports.Tests and look at git diff.");
    }

    [Fact]
    public void Examples_OfEveryTable_NameOnlyColumnsThatExist()
    {
        foreach (TableSchema schema in AllTables.Schemas)
        {
            Assert.True(TableExamples.Sql.TryGetValue(schema.Name, out (string Question, string Sql) example), $"no example for {schema.Name}");
            HashSet<string> known = [.. schema.Columns.Select(c => c.Name), .. TableExamples.Words];
            string bare = Quoted().Replace(example.Sql, "");
            foreach (Match alias in Alias().Matches(bare))
            {
                known.Add(alias.Groups[1].Value);
            }
            Assert.All(Word().Matches(bare).Select(m => m.Value), word => Assert.True(known.Contains(word), $"{schema.Name}: '{word}' is no column"));
        }
        Assert.Equal(AllTables.Schemas.Length, TableExamples.Sql.Count);
    }

    private static string Write()
    {
        StringBuilder doc = new();
        doc.Append("""
            # Tables

            Written by `tests/Reports.Tests` from the schemas in `pipeline/Contracts/Tables`; do not edit by hand. Every file is Parquet and carries
            `secondlook.schema = <table>/<major>.<minor>` in its metadata. A new optional column raises the minor version, any change of meaning the
            major one; readers refuse another major version. Times are nanoseconds of the trace clock, addresses are unsigned bit patterns.

            The examples run in DuckDB inside a run folder. Which policy a replay table belongs to is its folder: `replay/<policy>/`.


            """);
        foreach (TableSchema schema in AllTables.Schemas)
        {
            (string question, string sql) = TableExamples.Sql[schema.Name];
            doc.Append($"## {schema.Name}\n\n{schema.Summary} Schema `{schema.Id}`.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n");
            foreach (TableColumn c in schema.Columns)
            {
                doc.Append($"| {c.Name} | {TypeOf(c)} | {c.Unit} | {c.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
            doc.Append($"\n{question}\n\n```sql\n{sql}\n```\n\n");
        }
        return doc.ToString().TrimEnd('\n') + "\n";
    }

    private static string TypeOf(TableColumn c)
    {
        string type = c.Logical switch
        {
            ParquetLogicalType.String => "string",
            ParquetLogicalType.UInt64 => "uint64",
            _ => c.Type switch { ParquetType.Boolean => "bool", ParquetType.Int32 => "int32", ParquetType.Int64 => "int64", ParquetType.Double => "double", _ => "bytes" },
        };
        return c.Optional ? type + "?" : type;
    }

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bAS (\w+)")]
    private static partial Regex Alias();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();
}
