using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Vectors;

/// <summary>Ops that read accessed bits.</summary>
/// <remarks>
/// Models: sections 5 and 6.5 of the reclaim specification.
/// Omits: nothing.
/// </remarks>
internal static class MglruLookOps
{
    public static object Windows(KvmVectorNode given)
    {
        var windows = new List<object?>();
        foreach (long[] row in MglruBench.Rows(given, "cases"))
        {
            (long low, long high) = Replacement.Mglru.LookAroundWindow.Of(row[0], row[1], row[2]);
            windows.Add(high - low == 1 ? null : new[] { low, high });
        }
        return windows;
    }

    public static object Suitable(ReclaimSwitches switches, KvmVectorNode given)
    {
        switches.CacheLine = (int)given.Number("cache_line", 64);
        var bench = new MglruBench(switches);
        var answers = new List<object?>();
        foreach (long[] row in MglruBench.Rows(given, "cases"))
        {
            answers.Add(bench.Policy.Suitable((int)row[0], (int)row[1]));
        }
        return answers;
    }

    public static object Walk(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches, hasNotifiers: given.Text("has_notifiers") != "false");
        long max = MglruBench.Signed(given, "max_seq", 3);
        bench.SetGenerations(max, max - 3, max - 3);
        List<KvmVectorNode> entries = given.Mappings("ptes");
        bool anyFile = false;
        foreach (KvmVectorNode entry in entries)
        {
            anyFile |= entry.Text("type") == "file" || entry.Text("exec_file") == "true";
        }
        Vma vma = bench.Model.AddVma(bench.Space, 512, entries.Count, anyFile ? VmaKind.File : VmaKind.Anon);
        bench.Tables.Reserve(bench.Folios.Count);
        for (int i = 0; i < entries.Count; i++)
        {
            AddEntry(bench, entries[i], vma.FirstPage + i, max);
        }
        // One table of a process that is not too small for 6.1 to walk.
        bench.Space.MappedPages[0] += MglruLruvec.MinBatch;
        bench.Space.MappedPages[1] += MglruLruvec.MinBatch;
        int swappiness = MglruGenerationOps.Swappiness(given);
        long before = bench.Tables.NotifierCalls;
        var sc = new ScanControl { Target = bench.Memcg };
        bench.Policy.TryIncMaxSeq(bench.Lruvec, swappiness, force: true, sc);
        var pages = new Dictionary<string, object?>();
        foreach (string name in bench.Names)
        {
            int page = bench[name];
            FolioFlags flags = bench.Folios.Flags[page];
            pages[name] = new Dictionary<string, object?>
            {
                ["seq"] = bench.Lruvec.SeqOf(bench.Folios.GenOf(page)),
                ["flags"] = MglruBench.NamesOf(flags),
                ["refs_bits"] = FolioTable.RefsBits(flags),
                ["secondary"] = bench.Tables.SecondaryYoung(page) ? 1 : 0,
                ["primary"] = (int)(bench.Tables.PrimaryYoung(page >> 6) >> page & 1),
            };
        }
        return new Dictionary<string, object?>
        {
            ["pages"] = pages,
            ["notifier_calls"] = bench.Tables.NotifierCalls - before,
            ["young"] = bench.Lruvec.WalkStatsLast[1],
            ["total"] = bench.Lruvec.WalkStatsLast[0],
        };
    }

    public static object Rmap(ReclaimSwitches switches, KvmVectorNode given)
    {
        var bench = new MglruBench(switches, hasNotifiers: given.Text("has_notifiers") != "false");
        int type = MglruBench.TypeOf(given);
        long max = MglruBench.Signed(given, "max_seq", 3);
        long min = MglruBench.Signed(given, "min_seq", 0);
        bench.SetGenerations(max, min, min);
        FolioFlags flags = MglruBench.FlagsOf(given);
        if (given.Text("exec_file") == "true")
        {
            flags |= FolioFlags.ExecFile;
        }
        // The range around the page is not present: it only makes a window wider than the page itself.
        int page = bench.AddPage("x", type == 1, vmaPages: 64);
        bench.Policy.ApplyIsolation(ref flags);
        bench.Fill(page, type == 1, flags | FolioFlags.Mapped);
        bench.Tables.Map(page, young: false);
        bench.Tables.SetYoung(page, given.Number("primary", 0) != 0, given.Number("secondary", 0) != 0);
        var sc = new ScanControl { Target = bench.Memcg, HasWalk = true, NrToReclaim = 64 };
        List<int> batch = [page];
        long freed = bench.Model.Reclaimer.Shrink(batch, sc, bench.Memcg, ignoreReferences: false);
        if (batch.Count > 0)
        {
            bench.Policy.PutBack(bench.Lruvec, page, type);
        }
        FolioFlags after = bench.Folios.Flags[page];
        return new Dictionary<string, object?>
        {
            ["outcome"] = freed > 0 ? new SameWords("freed", "evicted", "reclaimed", "reclaim") : new SameWords("kept", "keep"),
            ["seq"] = freed > 0 ? null : bench.Lruvec.SeqOf(bench.Folios.GenOf(page)),
            ["flags"] = MglruBench.NamesOf(after),
            ["refs_bits"] = FolioTable.RefsBits(after),
            ["look_around"] = bench.Model.Counters.LookArounds > 0,
            ["notifier_calls"] = bench.Tables.NotifierCalls,
        };
    }

    private static void AddEntry(MglruBench bench, KvmVectorNode entry, int page, long max)
    {
        bench.Name(entry.TextOf("page"), page);
        bool exec = entry.Text("exec_file") == "true";
        bool file = exec || entry.Text("type") == "file";
        FolioFlags flags = MglruBench.FlagsOf(entry) | (exec ? FolioFlags.ExecFile : 0);
        bool present = entry.Text("present") != "false";
        bench.Fill(page, file, flags | (present ? FolioFlags.Mapped : 0));
        long seq = MglruBench.Signed(entry, "seq", max);
        bench.PlaceAtTail(page, file ? 1 : 0, seq, seq);
        bench.Model.MarkTablePresent(page);
        ulong primary = entry.Number("primary", 0);
        ulong secondary = entry.Number("secondary", 0);
        if (present)
        {
            bench.Tables.Map(page, young: false);
            bench.Tables.SetYoung(page, primary != 0, secondary != 0);
        }
        entry.RejectOthers();
    }
}
