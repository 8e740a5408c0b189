using System.Globalization;
using System.Text.RegularExpressions;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Replay.Tests.Captures;

/// <summary>
/// Turns a capture folder into a dataset by the plainest means: one regular expression a tracepoint, everything in memory. Knows only the
/// events that the replay reads. A twin of the real ingest, so that replay tests do not rest on it.
/// </summary>
internal static partial class CaptureDataset
{
    /// <summary>Writes the dataset of a capture folder.</summary>
    public static void Write(string capture, string folder)
    {
        StringTable strings = new();
        List<TraceEvent> events = [];
        List<(long Begin, long End, int Cpu, long Lost)> gaps = [];
        ReadEvents(SharedCaptures.Lines(SharedCaptures.TraceOf(capture)!)!, strings, events, gaps);
        long shift = ClockShift(events, strings);
        List<(int Slot, ulong Gfn, long Pages, ulong Hva, string Role)> slots = ReadSlots(capture);
        InferYoung(events, slots);
        using EventsWriter writer = new(folder, strings, ParquetCodec.None);
        writer.SetMetadata("kmr.vms", "[\"vm0\"]");
        if (File.Exists(Path.Combine(capture, "uname.txt")))
        {
            writer.SetMetadata("kmr.streams", $"[{{\"kernel\":\"{File.ReadAllText(Path.Combine(capture, "uname.txt")).Split(' ')[2]}\"}}]");
        }
        if (File.Exists(Path.Combine(capture, "job.env")))
        {
            writer.SetMetadata("kmr.job_env", File.ReadAllText(Path.Combine(capture, "job.env")));
        }
        for (int i = 0; i < events.Count; i++)
        {
            TraceEvent e = events[i];
            e.Seq = i;
            writer.Add(ref e);
        }
        WriteSlots(writer.PartialFolder, slots);
        WriteGaps(writer.PartialFolder, gaps);
        WriteSideTables(capture, writer.PartialFolder, shift);
        writer.Commit();
    }

    private static void ReadEvents(IEnumerable<string> lines, StringTable strings, List<TraceEvent> events, List<(long, long, int, long)> gaps)
    {
        Dictionary<int, long> lastOfCpu = [];
        Dictionary<int, (long Begin, long Lost)> open = [];
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            Match lost = LostLine().Match(line);
            if (lost.Success)
            {
                int of = int.Parse(lost.Groups[1].Value, CultureInfo.InvariantCulture);
                open[of] = (lastOfCpu.GetValueOrDefault(of, long.MinValue), long.Parse(lost.Groups[2].Value, CultureInfo.InvariantCulture));
                continue;
            }
            Match head = HeadOfLine().Match(line);
            if (!head.Success)
            {
                continue;
            }
            int cpu = int.Parse(head.Groups[3].Value, CultureInfo.InvariantCulture);
            long ts = (long.Parse(head.Groups[4].Value, CultureInfo.InvariantCulture) * 1_000_000_000) + (long.Parse(head.Groups[5].Value, CultureInfo.InvariantCulture) * 1000);
            if (open.Remove(cpu, out (long Begin, long Lost) gap))
            {
                gaps.Add((gap.Begin, ts, cpu, gap.Lost));
            }
            lastOfCpu[cpu] = ts;
            TraceEvent e = default;
            if (!Decode(head.Groups[6].Value, head.Groups[7].Value, ref e, strings))
            {
                continue;
            }
            e.TsNs = ts;
            e.ClockEpoch = 0;
            e.Stream = 0;
            e.Cpu = (short)cpu;
            e.Tid = int.Parse(head.Groups[2].Value, CultureInfo.InvariantCulture);
            e.Comm = strings.Intern(head.Groups[1].Value.AsSpan());
            e.Src = strings.Intern(head.Groups[6].Value.AsSpan());
            e.FileNo = 0;
            e.Line = number;
            events.Add(e);
        }
    }

    private static bool Decode(string name, string text, ref TraceEvent e, StringTable strings)
    {
        MatchCollection hex = HexNumber().Matches(text);
        ulong Hex(int i) => ulong.Parse(hex[i].Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        switch (name)
        {
            case "kvm_age_hva" or "kvm_unmap_hva_range":
                e.Kind = name == "kvm_age_hva" ? TraceEventKind.Age : TraceEventKind.Invalidate;
                if (name == "kvm_age_hva")
                {
                    e.Op = TraceEventOp.Clear;
                }
                e.Start = Hex(0);
                e.End = Hex(1);
                e.Space = AddressSpaceKind.Hva;
                return true;
            case "kvm_test_age_hva":
                e.Kind = TraceEventKind.Age;
                e.Op = TraceEventOp.Test;
                e.Start = Hex(0);
                e.Space = AddressSpaceKind.Hva;
                return true;
            case "kvm_tdp_mmu_spte_changed":
                Match spte = SpteChange().Match(text);
                e.Kind = TraceEventKind.SpteChange;
                e.Op = TraceEventOp.Other;
                e.AsId = byte.Parse(spte.Groups[1].Value, CultureInfo.InvariantCulture);
                e.Gfn = Parse(spte.Groups[2].Value);
                e.Level = byte.Parse(spte.Groups[3].Value, CultureInfo.InvariantCulture);
                e.OldSpte = Parse(spte.Groups[4].Value);
                e.NewSpte = Parse(spte.Groups[5].Value);
                e.SpteFormat = SpteFormat.Npt;
                return true;
            case "kvm_mmu_set_spte":
                Match set = SpteSet().Match(text);
                e.Kind = TraceEventKind.SpteSet;
                e.Gfn = Parse(set.Groups[1].Value);
                e.NewSpte = Parse(set.Groups[2].Value);
                e.Level = byte.Parse(set.Groups[3].Value, CultureInfo.InvariantCulture);
                e.SpteFormat = SpteFormat.Npt;
                return true;
            case "kvm_page_fault":
                Match fault = PageFault().Match(text);
                e.Kind = TraceEventKind.GuestFault;
                e.Start = Parse(fault.Groups[1].Value);
                // Only the entry set afterwards names the page; the error code tells a write.
                e.Space = AddressSpaceKind.Gpa;
                e.Access = (byte)(Parse(fault.Groups[2].Value) & 2);
                return true;
            case "kvm_guest_fault":
                Match stage2 = GuestFault().Match(text);
                ulong hsr = Parse(stage2.Groups[2].Value);
                e.Kind = TraceEventKind.GuestFault;
                e.Start = Parse(stage2.Groups[1].Value);
                e.Space = AddressSpaceKind.Gpa;
                e.Op = (hsr & 0x3c) switch { 4 => TraceEventOp.Translation, 8 => TraceEventOp.AccessFlag, 12 => TraceEventOp.Permission, _ => TraceEventOp.External };
                e.Access = (byte)((hsr & 0x40) != 0 ? 2 : 0);
                return true;
            case "tracing_mark_write" when text.StartsWith("kvmtouch:", StringComparison.Ordinal):
                e.Kind = TraceEventKind.Identity;
                e.Op = TraceEventOp.Mark;
                e.Text = strings.Intern(text.AsSpan());
                return true;
            default:
                return false;
        }
    }

    // Smallest difference over the marks, inference.md 6; 0 when the clocks are the same.
    private static long ClockShift(List<TraceEvent> events, StringTable strings)
    {
        long smallest = long.MaxValue;
        foreach (TraceEvent e in events.Where(e => e.Kind == TraceEventKind.Identity))
        {
            Match mono = MonoOfMark().Match(strings[e.Text]);
            if (mono.Success)
            {
                smallest = Math.Min(smallest, e.TsNs - long.Parse(mono.Groups[1].Value, CultureInfo.InvariantCulture));
            }
        }
        return smallest == long.MaxValue || Math.Abs(smallest) < 1_000_000 ? 0 : smallest;
    }

    // Ruling 1 of product.md 11, for captures without losses in the way: the task's next event tells.
    private static void InferYoung(List<TraceEvent> events, List<(int Slot, ulong Gfn, long Pages, ulong Hva, string Role)> slots)
    {
        if (!events.Any(e => e.Kind == TraceEventKind.SpteChange))
        {
            return;
        }
        Dictionary<int, int> openCall = [];
        for (int i = 0; i < events.Count; i++)
        {
            TraceEvent e = events[i];
            if (e.Kind == TraceEventKind.SpteChange && openCall.TryGetValue(e.Tid, out int call) && (e.OldSpte & 0x20) != 0 && (e.NewSpte & 0x820) == 0x800)
            {
                TraceEvent asked = events[call];
                ulong? gfn = GfnOf(asked.Start, slots);
                if (gfn is { } first && e.Gfn - first < (asked.End - asked.Start) >> 12)
                {
                    asked.Young = true;
                    asked.YoungSrc = YoungSource.SptePair;
                    events[call] = asked;
                    continue;
                }
            }
            openCall.Remove(e.Tid);
            if (e.Kind == TraceEventKind.Age && e.Op == TraceEventOp.Clear && GfnOf(e.Start, slots) is not null)
            {
                e.Young = false;
                e.YoungSrc = YoungSource.Absence;
                events[i] = e;
                openCall[e.Tid] = i;
            }
        }
    }

    private static ulong? GfnOf(ulong hva, List<(int Slot, ulong Gfn, long Pages, ulong Hva, string Role)> slots)
    {
        foreach ((_, ulong gfn, long pages, ulong start, _) in slots)
        {
            if (hva - start < (ulong)pages << 12)
            {
                return gfn + ((hva - start) >> 12);
            }
        }
        return null;
    }

    private static List<(int Slot, ulong Gfn, long Pages, ulong Hva, string Role)> ReadSlots(string capture) =>
        [.. (SharedCaptures.Lines(Path.Combine(capture, "memslots.csv")) ?? []).Skip(1).Select(l => l.Split(',')).Select(w => (
            int.Parse(w[0], CultureInfo.InvariantCulture), Parse(w[1]), long.Parse(w[2], CultureInfo.InvariantCulture), Parse(w[3]), w[5]))];

    private static ulong Parse(string text) =>
        ulong.Parse(text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(.+)-(\d+)\s+(?:\([^)]*\)\s+)?\[(\d+)\]\s+(?:\S+\s+)?(\d+)\.(\d{6}): (\w+): (.*)$")]
    private static partial Regex HeadOfLine();

    [GeneratedRegex(@"^CPU:(\d+) \[LOST (\d+) EVENTS\]")]
    private static partial Regex LostLine();

    [GeneratedRegex(@"0x([0-9a-f]+)")]
    private static partial Regex HexNumber();

    [GeneratedRegex(@"as id (\d+) gfn ([0-9a-f]+) level (\d+) old_spte ([0-9a-f]+) new_spte ([0-9a-f]+)")]
    private static partial Regex SpteChange();

    [GeneratedRegex(@"gfn ([0-9a-f]+) spte ([0-9a-f]+) \(.*\) level (\d+)")]
    private static partial Regex SpteSet();

    [GeneratedRegex(@"address (?:0x)?([0-9a-f]+) error_code (?:0x)?([0-9a-f]+)")]
    private static partial Regex PageFault();

    [GeneratedRegex(@"ipa (0x[0-9a-f]+),? hsr (0x[0-9a-f]+)")]
    private static partial Regex GuestFault();

    [GeneratedRegex(@"mono (\d+)")]
    private static partial Regex MonoOfMark();
}
