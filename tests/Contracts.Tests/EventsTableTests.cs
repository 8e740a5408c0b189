using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tests;

public sealed class EventsTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("secondlook-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Schema_ColumnsAndEnum_Agree()
    {
        EventColumn[] columns = Enum.GetValues<EventColumn>();
        Assert.Equal(columns.Length, EventsTable.Schema.Columns.Count);
        Assert.True(columns.Length <= 64, "one bit a column in TraceEvent.Present");
        foreach (EventColumn column in columns)
        {
            Assert.Equal(EventNames.ToSnakeCase(column.ToString()), EventsTable.Schema.Columns[(int)column].Name);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Commit_SeveralParts_EachBearsTheMetadataWhoeverWritesThem(bool background)
    {
        const int Rows = 5000;
        StringTable strings = new();
        TraceEvent[] events = new TraceEvent[Rows];
        int[] slots = new int[Rows];
        Xoshiro256 random = new(2, "test.parts");
        for (int i = 0; i < Rows; i++)
        {
            events[i] = Random(random, strings, i);
            slots[i] = i;
        }
        string one = Path.Combine(_folder, "rows");
        string other = Path.Combine(_folder, "batches");
        using (EventsWriter rows = new(one, strings, ParquetCodec.None, background: false, rowsPerPart: 1024))
        using (EventsWriter batches = new(other, strings, ParquetCodec.None, background, rowsPerPart: 1024))
        {
            for (int i = 0; i < Rows; i++)
            {
                rows.Add(ref events[i]);
            }
            batches.AddRange(events, slots);
            rows.SetMetadata("kmr.page_size", "4096");
            batches.SetMetadata("kmr.page_size", "4096");
            rows.Commit();
            batches.Commit();
        }
        for (int part = 0; part < 5; part++)
        {
            string name = EventsWriter.PartName(part);
            Assert.Equal(File.ReadAllBytes(Path.Combine(one, name)), File.ReadAllBytes(Path.Combine(other, name)));
            using ParquetReader reader = ParquetTables.Open(Path.Combine(other, name), EventsTable.Schema);
            Assert.Equal("4096", reader.Metadata["kmr.page_size"]);
        }
        Assert.Equal(5, Directory.GetFiles(other).Length);
    }

    [Fact]
    public void WriteThenRead_RandomSparseEvents_GiveTheSameColumns()
    {
        const int Rows = 5000;
        StringTable strings = new();
        string path = Path.Combine(_folder, "events");
        List<TraceEvent> written = [];
        using (EventsWriter writer = new(path, strings, ParquetCodec.Brotli))
        {
            Xoshiro256 random = new(1, "test.events");
            for (int i = 0; i < Rows; i++)
            {
                TraceEvent e = Random(random, strings, i);
                writer.Add(ref e);
                written.Add(e);
            }
            Assert.False(Directory.Exists(path), "a dataset has no name before it is whole");
            writer.SetMetadata("kmr.page_size", "4096");
            writer.Commit();
        }
        using EventsReader reader = new(path);
        Assert.Equal("4096", reader.Metadata["kmr.page_size"]);
        TraceEvent read = default;
        for (int i = 0; i < Rows; i++)
        {
            Assert.True(reader.TryRead(ref read));
            TraceEvent expected = written[i];
            Assert.Equal(expected.Present, read.Present);
            Assert.Equal((expected.Seq, expected.TsNs, expected.Cpu, expected.Kind, expected.Line), (read.Seq, read.TsNs, read.Cpu, read.Kind, read.Line));
            Assert.Equal((expected.Start, expected.OldSpte, expected.Young, expected.Lost, expected.N7), (read.Start, read.OldSpte, read.Young, read.Lost, read.N7));
            Assert.Equal(strings[expected.Src], reader.Strings[read.Src]);
            if (expected.Has(EventColumn.Comm))
            {
                Assert.Equal(strings[expected.Comm], reader.Strings[read.Comm]);
            }
        }
        Assert.False(reader.TryRead(ref read));
    }

    [Fact]
    public void Writer_DisposedWithoutCommit_LeavesNothing()
    {
        using (EventsWriter writer = new(Path.Combine(_folder, "events"), new StringTable(), ParquetCodec.None))
        {
            TraceEvent e = default;
            e.Kind = TraceEventKind.Age;
            e.Line = 1;
            writer.Add(ref e);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Reader_OtherSchema_IsRefused()
    {
        string path = Path.Combine(_folder, EventsWriter.PartName(0));
        ParquetTables.Write(path, new TableBuilder(PagesTable.Schema), ParquetCodec.None);
        ArtifactException e = Assert.Throws<ArtifactException>(() => new EventsReader(_folder));
        Assert.Contains("found pages/1.0, expected events/1.0", e.Message, StringComparison.Ordinal);
    }

    private static TraceEvent Random(Xoshiro256 random, StringTable strings, int i)
    {
        TraceEvent e = default;
        e.TsNs = i * 1000L;
        e.ClockEpoch = 0;
        e.Stream = 0;
        e.Kind = (TraceEventKind)(1 + random.NextBelow(39));
        e.Src = strings.Intern($"event{random.NextBelow(5)}".AsSpan());
        e.FileNo = 0;
        e.Line = i + 1;
        if (random.NextBelow(2) == 0)
        {
            e.Cpu = (short)random.NextBelow(8);
            e.Comm = strings.Intern($"task {random.NextBelow(9)}".AsSpan());
        }
        if (random.NextBelow(2) == 0)
        {
            e.Start = random.Next();
            e.Young = random.NextBelow(2) == 0;
        }
        if (random.NextBelow(3) == 0)
        {
            e.OldSpte = random.Next();
            e.Lost = (long)random.NextBelow(1000);
            e.N7 = (long)random.Next();
        }
        return e;
    }
}
