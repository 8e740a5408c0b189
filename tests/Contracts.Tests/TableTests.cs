using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tests;

public sealed class TableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("secondlook-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WriteThenRead_NullsAndValues_ComeBack()
    {
        TableBuilder rows = new(MetricsTable.Schema);
        for (int i = 0; i < 200; i++)
        {
            int row = rows.AddRow();
            rows[MetricsTable.Policy].Set(row, i % 2 == 0 ? "lru" : "opt");
            rows[MetricsTable.Schedule].Set(row, i);
            if (i % 3 != 0)
            {
                rows[MetricsTable.Capacity].Set(row, i * 10L);
                rows[MetricsTable.Value].Set(row, i / 4.0);
            }
            else
            {
                rows[MetricsTable.Why].Set(row, "no évictions");
            }
            rows[MetricsTable.Metric].Set(row, "m");
            rows[MetricsTable.Unit].Set(row, "");
            rows[MetricsTable.Better].Set(row, "lower");
            rows[MetricsTable.Kind].Set(row, "bound");
        }
        string path = Path.Combine(_folder, "metrics.parquet");
        ParquetTables.Write(path, rows, ParquetCodec.Brotli);
        Table read = Table.Read(path, MetricsTable.Schema);
        Assert.Equal(200, read.RowCount);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(i % 2 == 0 ? "lru" : "opt", read[MetricsTable.Policy][i]);
            Assert.Equal(i, read[MetricsTable.Schedule][i]);
            Assert.Equal(i % 3 == 0, read.IsNull(MetricsTable.Value, i));
            Assert.Equal(i % 3 == 0 ? 0 : i / 4.0, read[MetricsTable.Value][i]);
            Assert.Equal(i % 3 == 0 ? "no évictions" : "", read[MetricsTable.Why][i]);
        }
        Assert.False(File.Exists(path + ".partial"));
    }

    [Fact]
    public void Write_EmptyTable_ReadsAsNoRows()
    {
        string path = Path.Combine(_folder, "empty.parquet");
        ParquetTables.Write(path, new TableBuilder(EvictionsTable.Schema), ParquetCodec.None);
        Assert.Equal(0, Table.Read(path, EvictionsTable.Schema).RowCount);
    }

    [Fact]
    public void Write_SameRows_GiveTheSameBytes()
    {
        byte[] Bytes(string name)
        {
            TableBuilder rows = new(PagesTable.Schema);
            for (int i = 0; i < 1000; i++)
            {
                int row = rows.AddRow();
                rows[PagesTable.Page].Set(row, i);
                rows[PagesTable.Vm].Set(row, "vm");
                rows[PagesTable.Slot].Set(row, 1);
                rows[PagesTable.Gfn].Set(row, i * 7L);
                rows[PagesTable.Hva].Set(row, i * 4096L);
                rows[PagesTable.Data].Set(row, i % 5 == 0);
            }
            ParquetTables.Write(Path.Combine(_folder, name), rows, ParquetCodec.Brotli);
            return File.ReadAllBytes(Path.Combine(_folder, name));
        }
        Assert.Equal(Bytes("a.parquet"), Bytes("b.parquet"));
    }

    [Fact]
    public void Read_NotParquet_SaysWhatWasExpected()
    {
        string path = Path.Combine(_folder, "x.parquet");
        File.WriteAllText(path, "not parquet at all");
        Assert.Contains("evictions/1.1", Assert.Throws<ArtifactException>(() => Table.Read(path, EvictionsTable.Schema)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllTables_NamesAndColumns_AreUniqueAndDescribed()
    {
        HashSet<string> names = [];
        foreach (TableSchema schema in AllTables.Schemas)
        {
            Assert.True(names.Add(schema.Name));
            Assert.NotEmpty(schema.Summary);
            foreach (TableColumn column in schema.Columns)
            {
                Assert.Matches("^[a-z][a-z0-9_]*$", column.Name);
                Assert.NotEmpty(column.Meaning);
            }
        }
    }
}
