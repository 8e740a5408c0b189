using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SecondLook.Parquet.Tests;

/// <summary>
/// DuckDB as a second opinion, through the npm package that <c>npm ci</c> puts into <c>tests/Parquet.Tests/duckdb</c>. Without it tests
/// are skipped, or fail where SECONDLOOK_REQUIRE_DUCKDB is 1.
/// </summary>
internal sealed class DuckDb : IDisposable
{
    private readonly string _script;

    public DuckDb()
    {
        string tests = Path.Combine(Root(), "tests", "Parquet.Tests", "duckdb");
        _script = Path.Combine(tests, "oracle.mjs");
        if (!Directory.Exists(Path.Combine(tests, "node_modules", "@duckdb", "node-api")))
        {
            const string Hint = "DuckDB is not installed: run `npm ci` in tests/Parquet.Tests/duckdb.";
            if (Environment.GetEnvironmentVariable("SECONDLOOK_REQUIRE_DUCKDB") == "1")
            {
                Assert.Fail(Hint);
            }
            Assert.Skip(Hint);
        }
        Folder = Directory.CreateTempSubdirectory("secondlook-parquet-").FullName;
    }

    /// <summary>A folder of this test's own, gone afterwards.</summary>
    public string Folder { get; }

    public sealed record Job(string[] Sql, string? Select);

    public sealed record Answer(string[] Names, string[] Types, string?[][] Columns);

    public Answer[] Run(IReadOnlyList<Job> jobs)
    {
        string jobsPath = Path.Combine(Folder, "jobs.json");
        string answersPath = Path.Combine(Folder, "answers.json");
        File.WriteAllText(jobsPath, JsonSerializer.Serialize(jobs, JsonSerializerOptions.Web));
        using var node = Process.Start(new ProcessStartInfo("node", [_script, jobsPath, answersPath]) { RedirectStandardError = true })!;
        string errors = node.StandardError.ReadToEnd();
        node.WaitForExit();
        Assert.True(node.ExitCode == 0, errors);
        return JsonSerializer.Deserialize<Answer[]>(File.ReadAllText(answersPath), JsonSerializerOptions.Web)!;
    }

    /// <summary>A value as the script writes it.</summary>
    public static string? Text(object? value, ParquetColumn column) => value switch
    {
        null => null,
        bool b => b ? "true" : "false",
        int i => column.Logical == ParquetLogicalType.UInt32
            ? ((uint)i).ToString(CultureInfo.InvariantCulture)
            : i.ToString(CultureInfo.InvariantCulture),
        long l => column.Logical == ParquetLogicalType.UInt64
            ? ((ulong)l).ToString(CultureInfo.InvariantCulture)
            : l.ToString(CultureInfo.InvariantCulture),
        double d => BitConverter.DoubleToUInt64Bits(d).ToString("x16", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexString(bytes),
        _ => throw new ArgumentException(value.GetType().Name),
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SecondLook.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
