using System.Text;
using SecondLook.Ingest.Accesses;

namespace SecondLook.Ingest.Tests.Accesses;

/// <summary>Lists of accesses as spreadsheets and scripts write them.</summary>
public sealed class AccessCsvTests
{
    [Theory]
    [InlineData("\"time_ns\",\"page\"\n\"5\",\"7\"\n\"6\",\"8\"\n")]
    [InlineData("time_ns;page\r\n5;7\r\n6;8\r\n")]
    [InlineData("Time_NS\tGFN\n5\t0x7\n6\t0x8\n")]
    [InlineData("address,ts_ns\n0x8010,6\n0x7fff,5\n")]
    public void Read_OddDelimiters_AreTheSameList(string text)
    {
        using Scratch scratch = new();
        Assert.Equal([7UL, 8UL], AccessTraceReader.Read(scratch.Write("list.csv", Encoding.ASCII.GetBytes(text))).Pages);
    }
}
