using System.Text.Json;
using SecondLook.Ingest.Synth;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Synth;

/// <summary>Made traces: the same bytes for the same seed, and the same events whether they are read as text or as records.</summary>
public sealed class SynthTraceTests
{
    private const long Size = 2 << 20;

    [Fact]
    public void WriteMix_SameSeed_GivesSameBytesAndAnotherSeedOthers()
    {
        using Scratch scratch = new();
        foreach (bool traceDat in (bool[])[false, true])
        {
            byte[] one = Mix(scratch, traceDat, 7);
            Assert.Equal(one, Mix(scratch, traceDat, 7));
            Assert.NotEqual(one, Mix(scratch, traceDat, 8));
        }
    }

    [Fact]
    public void WriteMix_AsText_HasTheSizeAskedForAndEveryLineIsRead()
    {
        using Scratch scratch = new();
        byte[] text = Mix(scratch, traceDat: false, 3);
        Assert.InRange(text.Length, Size, Size + 400);
        JsonElement counters = Dumped.Of(text).GetProperty("counters");
        Assert.Equal(text.Count(b => b == '\n') - 3, counters.GetProperty("events").GetInt64() + counters.GetProperty("other_events").GetInt64());
        Assert.Equal(0, counters.GetProperty("quarantined").GetInt64());
    }

    [Fact]
    public void WriteMix_AsTraceDat_ReadsAsTheTextDoes()
    {
        using Scratch scratch = new();
        AssertSame(Dumped.Of(Mix(scratch, traceDat: false, 5)), Dumped.Of(Mix(scratch, traceDat: true, 5)));
    }

    [Fact]
    public void WriteRepeated_TraceDat_HasEveryRecordInEachRound()
    {
        using Scratch scratch = new();
        string once = Path.Combine(scratch.Root, "once.dat");
        SynthTrace.WriteMix(once, traceDat: true, 5, 1 << 18);
        string big = Path.Combine(scratch.Root, "big.dat");
        SynthTrace.WriteRepeated(once, big, traceDat: true, 4 * new FileInfo(once).Length);
        long events = Events(Dumped.Of(once));
        long repeated = Events(Dumped.Of(big));
        Assert.True(repeated >= 3 * events, $"{repeated} of {events}");
        Assert.Equal(0, repeated % events);
    }

    [Fact]
    public void WriteRepeated_TextWithAnEventWithoutARecordForm_SaysWhatIsLeftOut()
    {
        using Scratch scratch = new();
        string text = scratch.Write("trace.txt", "         kswapd0-74      [003] .....  1.000001: mm_vmscan_kswapd_sleep: nid=0\n         kswapd0-74      [003] .....  1.000002: kvm_age_hva: mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000\n"u8.ToArray());
        string made = Path.Combine(scratch.Root, "made.dat");
        IReadOnlyDictionary<string, long> left = SynthTrace.WriteRepeated(text, made, traceDat: true, 0);
        Assert.Equal(1, Assert.Single(left).Value);
        Assert.Equal(1, Events(Dumped.Of(made)));
    }

    /// <summary>Compares two dumps event by event; the binary one merges equal stamps by CPU, so each CPU is compared for itself.</summary>
    internal static void AssertSame(JsonElement text, JsonElement records)
    {
        Assert.Equal(text.GetProperty("counters").GetRawText(), records.GetProperty("counters").GetRawText());
        Assert.Equal(text.GetProperty("other_events_by_name").GetRawText(), records.GetProperty("other_events_by_name").GetRawText());
        Assert.Equal(Lines(text), Lines(records));
    }

    private static IEnumerable<string> Lines(JsonElement dump) => dump.GetProperty("events").EnumerateArray()
        .OrderBy(e => e.GetProperty("cpu").GetInt32())
        .Select(e => string.Join(' ', e.EnumerateObject().Where(p => p.Name is not ("line" or "record" or "stream")).Select(p => $"{p.Name}={p.Value}")));

    private static byte[] Mix(Scratch scratch, bool traceDat, ulong seed)
    {
        string file = Path.Combine(scratch.Root, "mix");
        Assert.Empty(SynthTrace.WriteMix(file, traceDat, seed, Size));
        return File.ReadAllBytes(file);
    }

    private static long Events(JsonElement dump) => dump.GetProperty("counters").GetProperty("events").GetInt64();
}
