using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tests;

/// <summary>Columns filled row by row and many rows at once, with and without nulls, hold the same.</summary>
public sealed class ColumnBufferTests
{
    private static readonly TableSchema Schema = new("test", 1, 0, "One column.",
        [new("n", ParquetType.Int64, true, ParquetLogicalType.None, ParquetEncoding.Plain, "", "a number")]);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 64)]
    [InlineData(3, 700)]
    [InlineData(4, 5000)]
    public void Append_AnyPieces_AsRowByRow(int seed, int rowsPerNull)
    {
        Xoshiro256 random = new((ulong)seed, "test.column");
        TableBuilder table = new(Schema);
        TableBuilder slow = new(Schema);
        // The second round finds what the first left behind.
        for (int round = 0; round < 2; round++)
        {
            List<long?> wanted = [];
            while (wanted.Count < 3000)
            {
                int rows = 1 + (int)(random.Next() % 256);
                ulong[] bits = new ulong[4];
                List<long> values = [];
                int row = table.AddRows(rows);
                for (int i = 0; i < rows; i++)
                {
                    slow.AddRow();
                    bool isNull = random.Next() % (ulong)rowsPerNull == 0;
                    wanted.Add(isNull ? null : row + i);
                    if (!isNull)
                    {
                        bits[i >> 6] |= 1UL << (i & 63);
                        values.Add(row + i);
                        ((ColumnBuffer<long>)slow[0]).Set(row + i, row + i);
                    }
                }
                values.ToArray().CopyTo(((ColumnBuffer<long>)table[0]).Append(row, rows, bits.AsSpan(0, (rows + 63) >> 6), values.Count));
            }
            Assert.Equal(wanted, Read(table));
            Assert.Equal(wanted, Read(slow));
            table.Clear();
            slow.Clear();
        }
    }

    private static List<long?> Read(TableBuilder table)
    {
        using MemoryStream file = new();
        using ParquetWriter writer = ParquetTables.CreateWriter(file, Schema, ParquetCodec.None);
        table.WriteRowGroup(writer);
        writer.Finish();
        using ParquetReader reader = new(file);
        long[] values = new long[table.RowCount];
        ulong[] validity = new ulong[(table.RowCount + 63) / 64];
        reader.ReadInt64(0, 0, values, validity);
        return [.. values.Select((v, i) => (validity[i >> 6] >> (i & 63) & 1) != 0 ? v : (long?)null)];
    }
}
