using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Schedules;

/// <content>Notifier calls: aging and unmaps, and how their answers are known.</content>
public sealed partial class IntervalBuilder
{
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
            BeginCall(e.Tid, first, pages);
            // A young answer is told by the entry that changes; what is left to see here is its absence.
            if (e.Has(EventColumn.Young) && e.Young && e.YoungSrc != YoungSource.SptePair)
            {
                CloseMapped(e.Tid, first, pages, tsNs, e.Seq, IntervalOutcome.Young);
            }
            else if (e.Has(EventColumn.Young) && !e.Young)
            {
                CloseMapped(e.Tid, first, pages, tsNs, e.Seq, IntervalOutcome.Old);
            }
            else if (!e.Has(EventColumn.Young) && _lines.HasGaps)
            {
                // With losses about, what ingest left open stays open.
                CloseMapped(e.Tid, first, pages, tsNs, e.Seq, IntervalOutcome.Unknown);
            }
            else if (!e.Has(EventColumn.Young))
            {
                _silentCall[e.Tid] = (first, pages, tsNs, e.Seq);
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

    // A call without an answer: the task's next event tells (ruling 1 of product.md 11). A young answer closes the interval by itself.
    private void EndSilentCall(in TraceEvent e, long tsNs)
    {
        if (_silentCall.Count == 0 || !_silentCall.Remove(e.Tid, out (int Page, int Pages, long TsNs, long Seq) call))
        {
            return;
        }
        ulong mask = RecordedSpte.AccessedMask(e.SpteFormat);
        bool cleared = e.Kind == TraceEventKind.SpteChange && (e.OldSpte & mask) != 0 && (e.NewSpte & mask) == 0 && RecordedSpte.IsPresent(e.NewSpte);
        int page = cleared ? PageOf(e, e.Gfn, tsNs) : -1;
        if (page >= call.Page && page < call.Page + call.Pages)
        {
            if (call.Pages > 1)
            {
                // More entries of the range may follow.
                _silentCall[e.Tid] = call;
            }
            return;
        }
        for (int p = call.Page; p < call.Page + call.Pages; p++)
        {
            if (_lines.IsPresent(p) && _lines.StartOf(p) < call.TsNs)
            {
                _lines.Clear(p, 1, call.TsNs, call.Seq, IntervalOutcome.Old);
                Unanswered(e.Tid, p);
            }
            else if (!_lines.IsPresent(p))
            {
                Count("asked_not_mapped");
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
        bool early = pages == 1 && WentEarly(e.Tid, first);
        for (int p = first; p < first + pages && !early; p++)
        {
            _unmaps.Add(new RecordedUnmap(p, tsNs, pages == 1));
        }
        _unmapping[e.Tid] = (first, first + pages, tsNs, e.Seq);
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

    private void CloseMapped(int tid, int first, int pages, long tsNs, long seq, IntervalOutcome outcome)
    {
        for (int p = first; p < first + pages; p++)
        {
            if (_lines.IsPresent(p))
            {
                _lines.Clear(p, 1, tsNs, seq, outcome);
                Unanswered(tid, p);
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
        bool perhaps = outcome == IntervalOutcome.Unknown;
        bool touched = _softwareYoung[call.Page];
        _softwareYoung[call.Page] = false;
        if (_lines.IsPresent(call.Page) || outcome != IntervalOutcome.Unknown)
        {
            _lines.Clear(call.Page, 1, call.TsNs, call.Seq, outcome);
            if (perhaps)
            {
                _perhapsSoftware.Add((_lines.Intervals.Count - 1, touched));
            }
        }
        else
        {
            // The first call on a page proves that it is present.
            _lines.Map(call.Page, call.TsNs, call.Seq, 0, accessed: false);
        }
    }
}
