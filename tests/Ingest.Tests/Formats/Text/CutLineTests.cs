using System.Text;
using System.Text.Json;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Text;

/// <summary>A last line without a newline is taken only where no digit can be missing (trace-formats.md 3, 1), in every text dialect.</summary>
public sealed class CutLineTests
{
    private const string Age = "mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000";
    private const string Task = "         kswapd0-74      [003] ...1.  1234.567890: ";

    [Theory]
    [InlineData(Task + "kvm_age_hva: " + Age + "\n", Task + "kvm_age_hva: " + Age)]
    [InlineData("         kswapd0    74 [003]  1.000000: kvm:kvm_age_hva: " + Age + "\n", "         kswapd0    74 [003]  1.000001: kvm:kvm_age_hva: " + Age)]
    [InlineData("cpus=1\n kswapd0-74      3.....  1234.567890: kvm_age_hva:          " + Age + "\n", " kswapd0-74      3.....  1234.567891: kvm_age_hva:          " + Age)]
    [InlineData("kmr1\tns=1\tcpu=3\tev=test_young\tstart=0x1000\tyoung=1\n", "kmr1\tns=2\tcpu=3\tev=test_young\tstart=0x1000\tyoung=0")]
    [InlineData(
        "[12:34:56.1] (+?.?) host1 kvm_age_page: { cpu_id = 3 }, { tid = 74 }, { hva = 4096, gfn = 1, level = 1, referenced = 1 }\n",
        "[12:34:56.2] (+?.?) host1 kvm_age_page: { cpu_id = 3 }, { tid = 74 }, { hva = 4096, gfn = 1, level = 1, referenced = 1 }")]
    public void Read_LastLine_CountsWholeAndIsQuarantinedCut(string first, string last)
    {
        Assert.Equal((2, 0), Counts(first + last));
        for (int cut = 1; cut < 20; cut++)
        {
            (int events, int quarantined) = Counts(first + last[..^cut]);
            Assert.Equal((1, 1), (events, quarantined));
        }
    }

    [Theory]
    [InlineData("", Task + "kvm_age_hva: " + Age)]
    [InlineData("", "         kswapd0    74 [003]  1.000000: kvm:kvm_age_hva: " + Age)]
    [InlineData("cpus=1\n", "         kswapd0-74    [003]  1234.567890: kvm_age_hva:          " + Age)]
    [InlineData("# tracer: nop\n#\n", " kswapd0-74        3...1. 1234us : kvm_age_hva: " + Age)]
    [InlineData("cpus=1\n", " host.dat:          kswapd0-74    [003]  1234.567890: kvm_age_hva:          " + Age)]
    public void Read_LastLine_CutAnywhereIsQuarantined(string head, string line)
    {
        for (int kept = line.Length - 1; line.AsSpan(0, kept).TrimEnd(' ').Length > 12; kept -= 3)
        {
            Assert.Equal((1, 1), Counts(head + line + "\n" + line[..kept]));
        }
    }

    [Fact]
    public void Read_LastLineOfTheFieldsOption_IsWholeWithItsBracket()
    {
        const string Line = Task + "kvm_age_hva: start=0x7f3a40000000 (139888158572544) end=0x7f3a40001000 (139888158576640)";
        Assert.Equal((2, 0), Counts(Line + "\n" + Line));
        Assert.Equal((1, 1), Counts(Line + "\n" + Line[..^3]));
    }

    [Fact]
    public void Read_LastRowOfAMemslotTable_IsCut()
    {
        const string Head = "vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns\ntgid:5,0,0,0x0,160,0x7f3a40000000,0x0,,\n";
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(Head + "tgid:5,0,1,0x1000,16"));
        Assert.Equal("truncated_last_line", Assert.Single(dump.GetProperty("quarantine").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal((2, 0), Counts(Head + "tgid:5,0,1,0x1000,16,0x0,0x0,,"));
    }

    private static (int Events, int Quarantined) Counts(string text)
    {
        JsonElement dump = Dumped.Of(Encoding.ASCII.GetBytes(text));
        foreach (JsonElement row in dump.GetProperty("quarantine").EnumerateArray())
        {
            Assert.Equal("truncated_last_line", row.GetProperty("reason").GetString());
        }
        return (dump.GetProperty("events").GetArrayLength(), dump.GetProperty("quarantine").GetArrayLength());
    }
}
