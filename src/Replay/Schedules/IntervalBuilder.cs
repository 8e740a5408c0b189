using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Schedules;

/// <summary>Reads events in order and derives what they prove about the guest's accesses.</summary>
/// <remarks>
/// Rules of inference.md sections 2, 3 and 5: a map is an access and starts an interval; a clear ends one; a removal ends one with its
/// accessed bit; the first clear after a map says nothing new; one bit of a huge leaf is a group of pages; losses make old answers unknown.
/// Omits: lifelines of pages that only the host itself touches; they set no bit in a secondary MMU.
/// </remarks>
public sealed class IntervalBuilder
{
    private readonly GuestPages _pages;
    private readonly PageLifelines _lines;
    private readonly List<AccessPoint> _points = [];
    private readonly List<RecordedUnmap> _unmaps = [];
    private readonly Dictionary<int, (ulong Gfn, bool Write)> _lastFault = [];
    private readonly Dictionary<int, (int Page, long TsNs, long Seq)> _openCall = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly bool[] _softwareYoung;
    private bool _tdp;
    private bool _accessFlagFaults;
    private long _firstNs = long.MaxValue;
    private long _lastNs = long.MinValue;
    private long _lastSeq;

    /// <summary>Creates a builder.</summary>
    /// <param name="pages">Pages of the capture.</param>
    /// <param name="gaps">Where events were lost.</param>
    public IntervalBuilder(GuestPages pages, GapTimeline gaps)
    {
        _pages = pages;
        _lines = new PageLifelines(pages.Count, gaps);
        _softwareYoung = new bool[pages.Count];
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="tsNs">Its time, never before that of the event before.</param>
    public void Add(in TraceEvent e, long tsNs)
    {
        if (e.Kind != TraceEventKind.Identity)
        {
            _firstNs = Math.Min(_firstNs, tsNs);
            _lastNs = Math.Max(_lastNs, tsNs);
        }
        _lastSeq = e.Seq;
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange when e.AsId == 0:
                OnSpteChange(e, tsNs);
                break;
            case TraceEventKind.SpteSet when !_tdp:
                OnSpteSet(e, tsNs);
                break;
            case TraceEventKind.GuestFault:
                OnGuestFault(e, tsNs);
                break;
            case TraceEventKind.Age:
                OnAge(e, tsNs);
                break;
            case TraceEventKind.Invalidate:
                OnInvalidate(e, tsNs);
                break;
        }
    }

    /// <summary>Whether TDP MMU entries were seen.</summary>
    public bool HasOutcomes => _tdp;

    /// <summary>Ends the capture and returns what it proves.</summary>
    public KnownIntervals Finish()
    {
        foreach ((int Page, long TsNs, long Seq) call in _openCall.Values)
        {
            CloseCall(call, IntervalOutcome.Unknown);
        }
        if (_lastNs < _firstNs)
        {
            _firstNs = _lastNs = 0;
        }
        _lines.Finish(_lastNs, _lastSeq + 1);
        _lines.Intervals.Sort(static (a, b) => a.EndSeq != b.EndSeq ? a.EndSeq.CompareTo(b.EndSeq) : a.Page.CompareTo(b.Page));
        return new KnownIntervals
        {
            Intervals = _lines.Intervals,
            Points = _points,
            Unmaps = _unmaps,
            FirstNs = _firstNs,
            LastNs = _lastNs,
            ResidentPageNs = _lines.ResidentPageNs,
            KnownPageNs = _lines.KnownPageNs,
            Contradictions = _lines.Contradictions,
            Counts = _counts,
        };
    }

    private void OnSpteChange(in TraceEvent e, long tsNs)
    {
        int level = e.Level;
        bool oldLeaf = RecordedSpte.IsLeaf(e.OldSpte, level);
        bool newLeaf = RecordedSpte.IsLeaf(e.NewSpte, level);
        if ((!oldLeaf && !newLeaf) || level > 2)
        {
            return;
        }
        int pages = (int)PageSize.PagesOfLevel(level);
        int first = FirstPage(e.Vm, e.Has(EventColumn.Vm), e.Gfn, ref pages, tsNs);
        if (first < 0)
        {
            return;
        }
        // From the first TDP MMU entry on every answer is exact.
        _tdp = true;
        ulong mask = RecordedSpte.AccessedMask(e.SpteFormat);
        bool samePfn = RecordedSpte.PfnOf(e.OldSpte) == RecordedSpte.PfnOf(e.NewSpte);
        if (oldLeaf && newLeaf && samePfn)
        {
            OnChange(e, tsNs, first, pages, mask);
            return;
        }
        if (oldLeaf && !RecordedSpte.IsPresent(e.NewSpte))
        {
            OnZap(e, tsNs, first, pages, mask);
        }
        else if (oldLeaf && newLeaf)
        {
            OnZap(e, tsNs, first, pages, mask);
        }
        if (newLeaf)
        {
            OnMap(e, tsNs, first, pages, (e.NewSpte & mask) != 0);
        }
        // A present leaf that becomes a table was split: its children inherit the open answer.
    }

    private void OnChange(in TraceEvent e, long tsNs, int first, int pages, ulong mask)
    {
        if ((e.OldSpte & mask) != 0 && (e.NewSpte & mask) == 0)
        {
            Count(pages > 1 ? "young_cleared_huge" : "young_cleared");
            _lines.Clear(first, pages, tsNs, e.Seq, IntervalOutcome.Young);
        }
    }

    private void OnZap(in TraceEvent e, long tsNs, int first, int pages, ulong mask)
    {
        if (_lines.IsPresent(first) && _lines.PfnOf(first) != 0 && _lines.PfnOf(first) != RecordedSpte.PfnOf(e.OldSpte))
        {
            // An entry of an invalidated root: the page has been mapped anew since.
            Count("zap_of_old_root");
            return;
        }
        bool young = (e.OldSpte & mask) != 0;
        Count(young ? "zap_young" : "zap_old");
        _lines.Remove(first, pages, tsNs, e.Seq, young ? IntervalOutcome.Young : IntervalOutcome.Old, IntervalEnd.Zap);
    }

    private void OnMap(in TraceEvent e, long tsNs, int first, int pages, bool accessed)
    {
        Count("map");
        bool known = _lastFault.TryGetValue(e.Tid, out (ulong Gfn, bool Write) fault);
        for (int p = first; p < first + pages; p++)
        {
            _lines.Map(p, tsNs, e.Seq, RecordedSpte.PfnOf(e.NewSpte), accessed);
        }
        if (accessed)
        {
            int touched = first;
            if (pages > 1)
            {
                touched = known && fault.Gfn - e.Gfn < (ulong)pages ? first + (int)(fault.Gfn - e.Gfn) : first;
            }
            _points.Add(new AccessPoint(touched, tsNs, e.Seq, known && fault.Gfn - e.Gfn < (ulong)pages && fault.Write));
        }
    }

    private void OnSpteSet(in TraceEvent e, long tsNs)
    {
        int page = e.Level == 1 ? PageOf(e, e.Gfn, tsNs) : -1;
        // Prefetched entries carry no accessed bit and prove nothing.
        if (page >= 0 && (e.NewSpte & RecordedSpte.AccessedMask(e.SpteFormat)) != 0)
        {
            AddPoint(page, tsNs, e.Seq, _lastFault.TryGetValue(e.Tid, out (ulong Gfn, bool Write) fault) && fault.Write);
        }
    }

    private void OnGuestFault(in TraceEvent e, long tsNs)
    {
        bool write = (e.Access & 2) != 0;
        if (!e.Has(EventColumn.Start) || e.Space != AddressSpaceKind.Gpa)
        {
            // The address of a fault under shadow paging is the guest's own: only the entry set afterwards names the page.
            _lastFault[e.Tid] = (ulong.MaxValue, write);
            return;
        }
        ulong gfn = e.Start >> PageSize.Shift;
        _lastFault[e.Tid] = (gfn, write);
        int page = PageOf(e, gfn, tsNs);
        if (page < 0)
        {
            return;
        }
        switch (e.Op)
        {
            case TraceEventOp.Translation or TraceEventOp.Permission or TraceEventOp.AccessFlag:
                _accessFlagFaults |= e.Op == TraceEventOp.AccessFlag;
                _softwareYoung[page] = true;
                AddPoint(page, tsNs, e.Seq, write);
                break;
            case TraceEventOp.FastFixed or TraceEventOp.FastSpurious when _lines.IsPresent(page):
                AddPoint(page, tsNs, e.Seq, write);
                break;
        }
    }

    private void OnAge(in TraceEvent e, long tsNs)
    {
        ulong end = e.Has(EventColumn.End) ? e.End : e.Start + PageSize.Bytes;
        bool single = end - e.Start == PageSize.Bytes;
        if (e.Op == TraceEventOp.Test || !_pages.AddressesKnown)
        {
            return;
        }
        EndCallOf(e.Tid);
        int first = _pages.OfHva(e.Start, tsNs, out long left);
        if (first < 0)
        {
            return;
        }
        Count("asked");
        int pages = (int)Math.Min(left, (long)(end - e.Start) >> PageSize.Shift);
        if (_tdp)
        {
            // A young answer is told by the entry that changes; what is left to see here is its absence.
            if (e.Has(EventColumn.Young) && e.Young && e.YoungSrc != YoungSource.SptePair)
            {
                CloseMapped(first, pages, tsNs, e.Seq, IntervalOutcome.Young);
            }
            else if (!e.Has(EventColumn.Young) || !e.Young)
            {
                CloseMapped(first, pages, tsNs, e.Seq, e.Has(EventColumn.Young) ? IntervalOutcome.Old : IntervalOutcome.Unknown);
            }
            return;
        }
        if (e.Has(EventColumn.Young))
        {
            for (int p = first; p < first + pages; p++)
            {
                _lines.Clear(p, 1, tsNs, e.Seq, e.Young ? IntervalOutcome.Young : IntervalOutcome.Old);
            }
        }
        else if (single)
        {
            _openCall[e.Tid] = (first, tsNs, e.Seq);
        }
        else
        {
            for (int p = first; p < first + pages; p++)
            {
                CloseCall((p, tsNs, e.Seq), IntervalOutcome.Unknown);
            }
        }
    }

    private void OnInvalidate(in TraceEvent e, long tsNs)
    {
        int first = _pages.OfHva(e.Start, tsNs, out long left);
        if (!_pages.AddressesKnown)
        {
            return;
        }
        long pages = Math.Min(left, (long)((e.End - e.Start) >> PageSize.Shift));
        if (_openCall.Remove(e.Tid, out (int Page, long TsNs, long Seq) call))
        {
            // Reclaim takes a page right after it answered old, never after young (rule R7).
            CloseCall(call, call.Page == first && pages == 1 ? IntervalOutcome.Old : IntervalOutcome.Unknown);
        }
        if (first < 0 || pages > PageSize.PagesPerTable)
        {
            if (first >= 0 && !_tdp)
            {
                RemoveAll(first, pages, tsNs, e.Seq);
            }
            return;
        }
        for (int p = first; p < first + pages; p++)
        {
            _unmaps.Add(new RecordedUnmap(p, tsNs));
        }
        if (!_tdp)
        {
            RemoveAll(first, pages, tsNs, e.Seq);
        }
    }

    private void RemoveAll(int first, long pages, long tsNs, long seq)
    {
        for (int p = first; p < first + pages; p++)
        {
            if (_lines.IsPresent(p))
            {
                _lines.Remove(p, 1, tsNs, seq, IntervalOutcome.Unknown, IntervalEnd.Unmap);
            }
        }
    }

    private void CloseMapped(int first, int pages, long tsNs, long seq, IntervalOutcome outcome)
    {
        for (int p = first; p < first + pages; p++)
        {
            if (_lines.IsPresent(p))
            {
                _lines.Clear(p, 1, tsNs, seq, outcome);
            }
            else
            {
                Count("asked_not_mapped");
            }
        }
    }

    private void EndCallOf(int tid)
    {
        if (_openCall.Remove(tid, out (int Page, long TsNs, long Seq) call))
        {
            CloseCall(call, IntervalOutcome.Unknown);
        }
    }

    private void CloseCall((int Page, long TsNs, long Seq) call, IntervalOutcome outcome)
    {
        if (outcome == IntervalOutcome.Unknown && _accessFlagFaults)
        {
            // Without a hardware accessed bit every first access after a clear traps (rule R13).
            outcome = _softwareYoung[call.Page] ? IntervalOutcome.Young : IntervalOutcome.Old;
        }
        _softwareYoung[call.Page] = false;
        if (_lines.IsPresent(call.Page) || outcome != IntervalOutcome.Unknown)
        {
            _lines.Clear(call.Page, 1, call.TsNs, call.Seq, outcome);
        }
        else
        {
            // The first call on a page proves that it is present.
            _lines.Map(call.Page, call.TsNs, call.Seq, 0, accessed: false);
        }
    }

    private void AddPoint(int page, long tsNs, long seq, bool write)
    {
        _lines.Point(page, tsNs, seq);
        _points.Add(new AccessPoint(page, tsNs, seq, write));
    }

    private int PageOf(in TraceEvent e, ulong gfn, long tsNs) => _pages.OfGfn(e.Has(EventColumn.Vm) ? e.Vm : -1, gfn, tsNs);

    private int FirstPage(int vm, bool vmKnown, ulong gfn, ref int pages, long tsNs)
    {
        int known = vmKnown ? vm : -1;
        int first = _pages.OfGfn(known, gfn, tsNs);
        if (pages == 1 || first < 0)
        {
            return first;
        }
        while (pages > 1 && _pages.OfGfn(known, gfn + (ulong)pages - 1, tsNs) != first + pages - 1)
        {
            pages--;
        }
        return first;
    }

    private void Count(string name) => _counts[name] = _counts.GetValueOrDefault(name) + 1;
}
