using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay;
using SecondLook.Replay.Replacement.Mglru;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>
/// Aging calls of a capture about data pages, taken apart into page-table walks and eviction batches, each beside what the rules of the model
/// ask for in the state that the events show.
/// </summary>
internal sealed class RecordedCalls
{
    private const int TablePages = 512;
    private readonly CaptureUnderTest _capture;
    private readonly ResidentPages _resident;
    private readonly bool _isolatedAreAsked;
    private readonly Dictionary<int, Batch> _open = [];
    private readonly Dictionary<int, Walk> _walks = [];

    private RecordedCalls(CaptureUnderTest capture)
    {
        _capture = capture;
        _resident = new ResidentPages(capture.Input.Pages, capture.Input.Scan.Facts);
        _isolatedAreAsked = capture.Name.Contains("k612", StringComparison.Ordinal);
    }

    public int Walks { get; private set; }

    public long Present { get; private set; }

    public long Asked { get; private set; }

    /// <summary>Present, not asked: in an insertion batch, or too fresh to tell.</summary>
    public long Waiting { get; private set; }

    /// <summary>Present, not asked: no page of a 2 MiB table was.</summary>
    public long TableSkipped { get; private set; }

    /// <summary>Present, not asked: taken off the lists by a batch under way.</summary>
    public long Isolated { get; private set; }

    public long NotAsked { get; private set; }

    public long NotExpected { get; private set; }

    /// <summary>Forced walks that left out a table: none may.</summary>
    public long ForcedSkips { get; private set; }

    public int Windows { get; private set; }

    public int ExactWindows { get; private set; }

    /// <summary>Windows that differ only by pages which may wait in an insertion batch without an event that shows it.</summary>
    public int FreshWindows { get; private set; }

    /// <summary>Windows read while another task had a batch of its own: which pages that one holds only its own calls tell.</summary>
    public int SharedWindows { get; private set; }

    public int Old { get; private set; }

    public int Kept { get; private set; }

    /// <summary>Pages that each batch judged, with the time of its begin, ns.</summary>
    public List<(long TsNs, HashSet<int> Pages)> Judged { get; } = [];

    /// <summary>Pages that each walk asked, with the time of its begin, ns.</summary>
    public List<(long TsNs, HashSet<int> Pages)> Walked { get; } = [];

    public static RecordedCalls Read(CaptureUnderTest capture)
    {
        RecordedCalls calls = new(capture);
        using EventsReader reader = new(capture.Events);
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            calls.See(e, capture.Input.Steps.Correct(e.Has(EventColumn.TsNs) ? e.TsNs : unchecked((long)e.TsRaw)), e.Has(EventColumn.Comm) ? reader.Strings[e.Comm] : "");
        }
        foreach (Walk walk in calls._walks.Values.ToList())
        {
            calls.End(walk);
        }
        return calls;
    }

    private void See(in TraceEvent e, long ts, string comm)
    {
        int tid = e.Has(EventColumn.Tid) ? e.Tid : 0;
        bool call = e.Kind == TraceEventKind.Age && e.Op != TraceEventOp.Test;
        if (!call && e.Kind != TraceEventKind.SpteChange && _walks.Remove(tid, out Walk? ended))
        {
            End(ended);
        }
        if (e.Kind == TraceEventKind.Reclaim && e.Op == TraceEventOp.Isolate && e.N3 > 0 && e.Lru < 2)
        {
            Batch opened = new(ts, [.. _resident.All], [.. _resident.All.Where(_resident.Waits)], [.. _resident.All.Where(_resident.MayWait)]);
            foreach ((int other, Batch before) in _open.Where(o => o.Key != tid))
            {
                opened.Others.UnionWith(before.Steps.Select(s => s.Page));
            }
            _open[tid] = opened;
        }
        else if (e.Kind == TraceEventKind.Reclaim && e.Op == TraceEventOp.ShrinkInactive && _open.Remove(tid, out Batch? done))
        {
            End(done);
        }
        else if (call && !comm.StartsWith("kdamond", StringComparison.Ordinal) && _capture.Input.Pages.OfHva(e.Start, ts, out _) is int page and >= 0)
        {
            if (_open.TryGetValue(tid, out Batch? batch))
            {
                batch.Steps.Add((page, false));
                foreach ((int other, Batch beside) in _open.Where(o => o.Key != tid))
                {
                    beside.Others.Add(page);
                }
            }
            else
            {
                if (_walks.TryGetValue(tid, out Walk? walk) && page <= walk.Asked[^1])
                {
                    End(walk);
                    walk = null;
                }
                if (walk is null || !_walks.ContainsKey(tid))
                {
                    _walks[tid] = walk = new Walk(ts, Forced(ts), [.. _resident.All], [.. _resident.All.Where(p => _resident.Waits(p) || _resident.MayWait(p))]);
                }
                walk.Asked.Add(page);
            }
        }
        else if (e.Kind == TraceEventKind.Invalidate && e.End - e.Start == 4096 && _open.TryGetValue(tid, out Batch? batch)
            && _capture.Input.Pages.OfHva(e.Start, ts, out _) is int unmapped and >= 0)
        {
            batch.Steps.Add((unmapped, true));
        }
        _resident.See(e, ts);
    }

    private bool Forced(long ts) => _capture.Input.Demand.Commands.Any(c => c.Word == "age" && c.BeginNs <= ts && ts <= c.EndNs && c.ForceScan);

    private void End(Walk walk)
    {
        // A call or two outside any batch is no walk: a reader of page flags, or a batch whose begin was not traced.
        Walks++;
        HashSet<int> asked = [.. walk.Asked];
        Walked.Add((walk.TsNs, asked));
        HashSet<int> tables = [.. walk.Asked.Select(p => p / TablePages)];
        HashSet<int> isolated = [.. _open.Values.SelectMany(b => b.Steps).Select(s => s.Page)];
        Present += walk.Present.Count;
        Asked += asked.Count;
        NotExpected += asked.Count(p => !walk.Present.Contains(p));
        foreach (int page in walk.Present.Where(p => !asked.Contains(p)))
        {
            if (!tables.Contains(page / TablePages))
            {
                TableSkipped++;
                ForcedSkips += walk.Forced && !walk.Waiting.Contains(page) ? 1 : 0;
            }
            else if (!_isolatedAreAsked && walk.Waiting.Contains(page))
            {
                Waiting++;
            }
            else if (!_isolatedAreAsked && isolated.Contains(page))
            {
                Isolated++;
            }
            else
            {
                NotAsked++;
            }
        }
    }

    private void End(Batch batch)
    {
        HashSet<int> isolated = _isolatedAreAsked ? [] : Targets(batch);
        foreach (Window window in Parse(batch, isolated))
        {
            Windows++;
            HashSet<int> asked = [.. window.Asked];
            List<int> differ = [.. window.Expected.Where(p => !asked.Contains(p))];
            ExactWindows += differ.Count == 0 ? 1 : 0;
            bool fresh = differ.Count > 0 && differ.TrueForAll(batch.MayWait.Contains);
            FreshWindows += fresh ? 1 : 0;
            SharedWindows += differ.Count > 0 && !fresh && batch.Others.Count > 0 ? 1 : 0;
        }
        Judged.Add((batch.TsNs, batch.Judged));
        Old += batch.Old;
        Kept += batch.Kept;
    }

    // Pages unmapped right after their call, and, backwards, those that are asked once although several windows cover them.
    private HashSet<int> Targets(Batch batch)
    {
        HashSet<int> isolated = [];
        while (true)
        {
            List<Window> windows = Parse(batch, isolated);
            int before = isolated.Count;
            isolated.UnionWith(batch.OldPages);
            isolated.UnionWith(windows.Select(w => w.Target).Where(t => batch.Times(t) == 1));
            foreach (Window window in windows.Where(w => w.Asked.Count > 0))
            {
                int last = window.Asked[^1];
                if (batch.Times(last) == 1 && windows.Count(w => w.Expected.Contains(last)) > 1)
                {
                    isolated.Add(last);
                }
            }
            if (isolated.Count == before)
            {
                return isolated;
            }
        }
    }

    private List<Window> Parse(Batch batch, HashSet<int> isolated)
    {
        List<Window> windows = [];
        List<(int Page, bool Unmap)> steps = batch.Steps;
        HashSet<int> gone = [];
        batch.OldPages.Clear();
        batch.Judged.Clear();
        batch.Kept = 0;
        for (int i = 0; i < steps.Count;)
        {
            (int target, bool unmap) = steps[i++];
            if (unmap)
            {
                gone.Add(target);
                continue;
            }
            batch.Judged.Add(target);
            if (IsOld(steps, i - 1))
            {
                batch.OldPages.Add(target);
                continue;
            }
            SortedSet<int> expected = Expected(batch, target, isolated, gone);
            int begin = i;
            while (i < steps.Count && !steps[i].Unmap && expected.Contains(steps[i].Page) && (i == begin || steps[i].Page > steps[i - 1].Page)
                && (_isolatedAreAsked || !IsOld(steps, i)))
            {
                i++;
            }
            if (!_isolatedAreAsked && i > begin && i < steps.Count && !steps[i].Unmap && batch.Times(steps[i].Page) > 1 && batch.Times(steps[i - 1].Page) == 1)
            {
                // What comes next is no target, so the last page of the run was one.
                i--;
            }
            if (i == begin && expected.Count > 1)
            {
                batch.Kept++;
            }
            else
            {
                windows.Add(new Window(target, [.. steps[begin..i].Select(s => s.Page)], expected));
            }
        }
        batch.Old = batch.OldPages.Count;
        return windows;
    }

    private static bool IsOld(List<(int Page, bool Unmap)> steps, int at) => at + 1 < steps.Count && steps[at + 1] == (steps[at].Page, true);

    private SortedSet<int> Expected(Batch batch, int target, HashSet<int> isolated, HashSet<int> gone)
    {
        SlotPages slot = _capture.Input.Pages.Slots.ToArray().Last(s => s.FirstPage <= target);
        // Page numbers of the process, where multiples of 512 are tables.
        long shift = (long)(slot.Hva >> 12) - slot.FirstPage;
        (long low, long high) = LookAroundWindow.Of(target + shift, slot.FirstPage + shift, slot.FirstPage + slot.Npages + shift);
        return [.. batch.Present.GetViewBetween((int)(low - shift), (int)(high - shift) - 1)
            .Where(p => !gone.Contains(p) && (_isolatedAreAsked || (p != target && !isolated.Contains(p) && !batch.Waiting.Contains(p))))];
    }

    private sealed record Window(int Target, List<int> Asked, SortedSet<int> Expected);

    private sealed class Walk(long tsNs, bool forced, HashSet<int> present, HashSet<int> waiting)
    {
        public long TsNs => tsNs;

        public bool Forced => forced;

        public HashSet<int> Present => present;

        public HashSet<int> Waiting => waiting;

        public List<int> Asked { get; } = [];
    }

    private sealed class Batch(long tsNs, SortedSet<int> present, HashSet<int> waiting, HashSet<int> mayWait)
    {
        public SortedSet<int> Present => present;

        public HashSet<int> Waiting => waiting;

        public HashSet<int> MayWait => mayWait;

        private Dictionary<int, int>? _times;

        public List<(int Page, bool Unmap)> Steps { get; } = [];

        public long TsNs => tsNs;

        public List<int> OldPages { get; } = [];

        public HashSet<int> Judged { get; } = [];

        /// <summary>Pages that other tasks asked meanwhile.</summary>
        public HashSet<int> Others { get; } = [];

        public int Times(int page) => (_times ??= Steps.Where(s => !s.Unmap).CountBy(s => s.Page).ToDictionary()).GetValueOrDefault(page);

        public int Old { get; set; }

        public int Kept { get; set; }
    }
}
