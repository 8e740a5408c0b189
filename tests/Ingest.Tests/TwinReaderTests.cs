using System.Globalization;
using System.Text;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Ingest.Tests.Reference;

namespace SecondLook.Ingest.Tests;

/// <summary>The fast reader against the slow obvious one: genuine captures, seeded random text, lines that straddle buffers.</summary>
public sealed class TwinReaderTests
{
    public static TheoryData<string> TextCaptures()
    {
        TheoryData<string> files = [];
        foreach (string capture in Captures.Names())
        {
            foreach (string path in Directory.GetFiles(Captures.Folder(capture)!, "trace*.txt*").Order(StringComparer.Ordinal))
            {
                if (Path.GetFileName(path).Split('.')[0] is "trace" or "trace_pipe" or "trace-noirq-info" or "trace-norecord-tgid")
                {
                    files.Add($"{capture}/{Path.GetFileName(path)}");
                }
            }
        }
        return files;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TextCaptures))]
    public void Run_GenuineText_ReadsWhatTheSlowReaderReads(string file)
    {
        string path = Path.Combine(Captures.Folder(Path.GetDirectoryName(file)!)!, Path.GetFileName(file));
        using StreamReader text = new(new MemoryStream(IngestStage.Unpack(path)));
        Compare(path, text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_RandomText_ReadsWhatTheSlowReaderReads(int seed)
    {
        Xoshiro256 random = new((ulong)seed, "test.ftrace");
        StringBuilder text = new("# tracer: nop\n#\n");
        long us = 1_000_000;
        for (int i = 0; i < 20_000; i++)
        {
            us += (long)random.NextBelow(50);
            string comm = random.NextBelow(3) switch { 0 => "kswapd0", 1 => "CPU 0/KVM", _ => "a-1 [000] ....x"[..(int)(1 + random.NextBelow(15))] };
            ulong a = random.Next() >> (int)random.NextBelow(63);
            string flags = random.NextBelow(4) == 0 ? "" : "...1. ";
            text.Append(CultureInfo.InvariantCulture, $"{comm,16}-{random.NextBelow(70000),-7} [{random.NextBelow(130):d3}] {flags}{us / 1_000_000,5}.{us % 1_000_000:d6}: ");
            switch (random.NextBelow(6))
            {
                case 0:
                    text.Append(CultureInfo.InvariantCulture, $"kvm_age_hva: mmu notifier age hva: 0x{a:x14} -- 0x{a + 4096:x14}\n");
                    break;
                case 1:
                    text.Append(CultureInfo.InvariantCulture, $"kvm_test_age_hva: mmu notifier test age hva: 0x{a:x14}\n");
                    break;
                case 2:
                    text.Append(CultureInfo.InvariantCulture, $"kvm_unmap_hva_range: mmu notifier unmap range: 0x{a:x14} -- 0x{a + 4096:x14}\n");
                    break;
                case 3:
                    text.Append(CultureInfo.InvariantCulture, $"kvm_tdp_mmu_spte_changed: as id {random.NextBelow(2)} gfn {a >> 12:x} level {1 + random.NextBelow(3)} old_spte {random.Next():x} new_spte {random.Next():x}\n");
                    break;
                case 4:
                    text.Append(CultureInfo.InvariantCulture, $"kvm_page_fault: vcpu {random.NextBelow(64)} rip 0x{random.Next():x} address 0x{a:x16} error_code 0x{random.NextBelow(1 << 20):x}\n");
                    break;
                default:
                    text.Append(CultureInfo.InvariantCulture, $"sched_wakeup: comm=kvm_age_hva pid={random.NextBelow(100)} prio=120 target_cpu=003\n");
                    break;
            }
        }
        using Scratch scratch = new();
        using StringReader reader = new(text.ToString());
        Compare(scratch.Write("trace.txt", text.ToString()), reader);
    }

    private static void Compare(string path, TextReader text)
    {
        using Scratch scratch = new();
        IngestStage.Run(new IngestRequest { Inputs = [path] }, scratch["dataset"], CancellationToken.None);
        (List<SlowEvent> slow, _) = SlowFtraceReader.Read(text);
        List<SlowEvent> fast = [];
        using (EventsReader reader = new(scratch["dataset"]))
        {
            TraceEvent e = default;
            while (reader.TryRead(ref e))
            {
                string name = reader.Strings[e.Src];
                string? fields = name switch
                {
                    "kvm_age_hva" or "kvm_unmap_hva_range" => $"{Hex(e.Start)} {Hex(e.End)}",
                    "kvm_test_age_hva" => Hex(e.Start),
                    "kvm_tdp_mmu_spte_changed" => $"{(e.AsId == 0 ? "" : "1")} {Hex(e.Gfn)} {e.Level} {Hex(e.OldSpte)} {Hex(e.NewSpte)}",
                    "kvm_page_fault" => $"{(e.Vcpu == 0 ? "" : e.Vcpu)} {Hex(e.Start)} {Hex(e.ErrorCode)}",
                    _ => null,
                };
                if (fields is not null)
                {
                    fast.Add(new SlowEvent(e.Line, reader.Strings[e.Comm], e.Tid, e.Cpu, e.TsNs, name, fields));
                }
            }
        }
        Assert.Equal(slow.Count, fast.Count);
        fast.Sort((a, b) => a.Line.CompareTo(b.Line));
        for (int i = 0; i < slow.Count; i++)
        {
            Assert.Equal(slow[i], fast[i]);
        }
    }

    private static string Hex(ulong value) => value == 0 ? "" : value.ToString("x", CultureInfo.InvariantCulture);
}
