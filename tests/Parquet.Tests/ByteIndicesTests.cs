using SecondLook.Parquet.Chunks;

namespace SecondLook.Parquet.Tests;

/// <summary>Indices of values within a range of a byte lead back to the values, however many of the range occur.</summary>
public sealed class ByteIndicesTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(60, 5)]
    [InlineData(60, 40)]
    [InlineData(100, 90)]
    [InlineData(256, 20)]
    [InlineData(256, 250)]
    [InlineData(256, 256)]
    public void Build_SomeOfTheRange_IndicesLeadBack(int span, int distinct)
    {
        var random = new SeededRandom((ulong)(span + distinct));
        foreach (int count in new[] { 1, 63, 5000, 9000, 70_000 })
        {
            // The last of them come once, late: nothing that looks at the first thousands sees them.
            int[] used = [.. Enumerable.Range(0, span).OrderBy(_ => random.Next()).Take(distinct)];
            long[] values = [.. Enumerable.Range(0, count).Select(i => -1000 + ((long)used[i < count - distinct ? random.Below((distinct + 1) / 2) : count - 1 - i] << 3))];
            foreach (bool inOrder in new[] { false, true })
            {
                var indices = new IndexScratch();
                byte[] entries = new byte[256];
                int found = ByteIndices.Build<long>(values, -1000, 3, span, inOrder, indices, entries);
                Assert.Equal(values, indices.Bytes.ToArray().Select(i => -1000 + ((long)entries[i] << 3)));
                int occurring = values.Distinct().Count();
                Assert.Equal(IndexScratch.WidthFor(occurring), indices.Width);
                Assert.True(found == occurring || (!inOrder && found == span));
                if (inOrder)
                {
                    Assert.Equal(values.Distinct(), entries[..found].Select(d => -1000 + ((long)d << 3)));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(256)]
    public void Map_AnyLength_ByteByByte(int span)
    {
        var random = new SeededRandom((ulong)span);
        byte[] map = [.. Enumerable.Range(0, 256).Select(_ => (byte)random.Next())];
        byte[] bytes = [.. Enumerable.Range(0, 1000 + span).Select(_ => (byte)random.Below(span))];
        byte[] wanted = [.. bytes.Select(b => map[b])];
        ByteIndices.Map(bytes, map, span);
        Assert.Equal(wanted, bytes);
    }
}
