using System.Globalization;
using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>
/// The columns of walks as table 2 of inference.md counts them: every ascending run of one task's calls that is longer than a target with a whole window
/// behind it, held against the pages that were mapped as it began. What <see cref="CallsPredicted"/> tells apart by the events of reclaim stands here together.
/// </summary>
internal sealed class LongRuns
{
    private const int TargetAndWindow = 65;
    private readonly GuestPages _pages;
    private readonly Dictionary<int, ulong> _mapped = [];
    private readonly HashSet<ulong> _inserted = [];
    private readonly Dictionary<int, Run> _open = [];
    private readonly Dictionary<int, bool> _inBatch = [];
    private readonly bool _tellsInsertions;
    private long _runs;
    private long _present;
    private long _asked;
    private long _waiting;
    private long _tableSkipped;
    private long _other;
    private long _notExpected;

    public LongRuns(CaptureUnderTest capture)
    {
        _pages = capture.Input.Pages;
        TraceEvent e = default;
        using (EventsReader first = new(capture.Events))
        {
            while (first.TryRead(ref e))
            {
                _tellsInsertions |= e.Kind == TraceEventKind.LruInsert;
            }
        }
        using EventsReader events = new(capture.Events);
        while (events.TryRead(ref e))
        {
            See(e, e.Has(EventColumn.TsNs) ? e.TsNs : 0);
        }
        foreach (int tid in _open.Keys.ToList())
        {
            End(tid);
        }
    }

    /// <summary>Runs; pages present / asked; not asked: waiting / whole table / other; asked, not expected.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture, $"{_runs} | {_present} / {_asked} | {_waiting} / {_tableSkipped} / {_other} | {_notExpected}");

    /// <summary>Runs that reclaim made between taking pages off a list and putting the rest back: calls, and pages present in the tables that they touch.</summary>
    public List<(int Calls, int InTables)> InsideBatches { get; } = [];

    private void See(in TraceEvent e, long ts)
    {
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange when e.AsId == 0 && e.Level == 1:
                int entry = _pages.OfGfn(e.Has(EventColumn.Vm) ? e.Vm : -1, e.Gfn, ts);
                if (entry >= 0 && RecordedSpte.IsLeaf(e.NewSpte, 1))
                {
                    _mapped[entry] = RecordedSpte.PfnOf(e.NewSpte);
                }
                break;
            case TraceEventKind.LruInsert:
                _inserted.Add(e.Pfn);
                break;
            case TraceEventKind.Reclaim:
                End(e.Tid);
                _inBatch[e.Tid] = e.Op == TraceEventOp.Isolate ? e.N3 > 0 : e.Op != TraceEventOp.ShrinkInactive && _inBatch.GetValueOrDefault(e.Tid);
                break;
            case TraceEventKind.Age when e.Op != TraceEventOp.Test:
                int page = _pages.OfHva(e.Start, ts, out _);
                if (page < 0)
                {
                    break;
                }
                if (_open.TryGetValue(e.Tid, out Run? run) && e.Start <= run.LastHva)
                {
                    End(e.Tid);
                }
                if (!_open.TryGetValue(e.Tid, out run))
                {
                    _open[e.Tid] = run = new Run(new Dictionary<int, ulong>(_mapped), _inBatch.GetValueOrDefault(e.Tid));
                }
                run.Asked.Add(page);
                run.LastHva = e.Start;
                break;
            case TraceEventKind.Invalidate:
                End(e.Tid);
                int gone = _pages.OfHva(e.Start, ts, out long left);
                long pages = gone < 0 ? 0 : Math.Min(left, (long)(e.End - e.Start) >> PageSize.Shift);
                for (int p = gone; p < gone + pages; p++)
                {
                    if (_mapped.Remove(p, out ulong pfn))
                    {
                        _inserted.Remove(pfn);
                    }
                }
                break;
        }
    }

    private void End(int tid)
    {
        if (!_open.Remove(tid, out Run? run) || run.Asked.Count <= TargetAndWindow)
        {
            return;
        }
        HashSet<ulong> tables = [.. run.Asked.Select(p => _pages.HvaOf(p) >> 21)];
        _runs++;
        _present += run.Mapped.Count;
        _asked += run.Asked.Count;
        _notExpected += run.Asked.Count(p => !run.Mapped.ContainsKey(p));
        int inTables = 0;
        foreach ((int page, ulong pfn) in run.Mapped)
        {
            bool touched = tables.Contains(_pages.HvaOf(page) >> 21);
            inTables += touched ? 1 : 0;
            if (!run.Asked.Contains(page))
            {
                bool mayWait = !_tellsInsertions || !_inserted.Contains(pfn);
                _tableSkipped += touched ? 0 : 1;
                _waiting += touched && mayWait ? 1 : 0;
                _other += touched && !mayWait ? 1 : 0;
            }
        }
        if (run.InBatch)
        {
            InsideBatches.Add((run.Asked.Count, inTables));
        }
    }

    private sealed class Run(Dictionary<int, ulong> mapped, bool inBatch)
    {
        public Dictionary<int, ulong> Mapped { get; } = mapped;

        public bool InBatch { get; } = inBatch;

        public HashSet<int> Asked { get; } = [];

        public ulong LastHva { get; set; }
    }
}
