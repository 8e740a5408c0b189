using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Schedules;

/// <content>
/// What a lost or displaced event leaves behind in its neighbours: an entry that goes tells of an unmap that nobody saw, and a bit that is cleared outside
/// every call answers the call before it. Whole captures have neither (rules R2 and R7 of inference.md).
/// </content>
public sealed partial class IntervalBuilder
{
    // Calls of a task that closed without an answer, the last two: how far an answer is displaced when neighbouring lines change places.
    private readonly Dictionary<int, (UnansweredCall Last, UnansweredCall Before)> _unanswered = [];
    private readonly Dictionary<int, (int First, int Pages)> _answering = [];
    private readonly Dictionary<int, (int First, long End, long TsNs, long Seq)> _unmapping = [];

    // Removals and entries of a task that stood before the event that explains them: neighbouring lines that changed places, and no loss.
    private readonly Dictionary<int, int> _goneEarly = [];
    private readonly Dictionary<int, int> _enteredEarly = [];

    // What a task does next ends its call, and an unmap whose entry never went: its removal was lost.
    private void EndCall(in TraceEvent e)
    {
        if (e.Kind is not TraceEventKind.SpteChange)
        {
            _answering.Remove(e.Tid);
        }
        if (e.Kind is TraceEventKind.Age or TraceEventKind.GuestFault or TraceEventKind.Invalidate
            && _unmapping.Remove(e.Tid, out (int First, long End, long TsNs, long Seq) unmap) && _tdp && unmap.End - unmap.First == 1
            && _lines.IsPresent(unmap.First) && _lines.StartOf(unmap.First) < unmap.TsNs)
        {
            Count("removal_lost");
            _lines.SeeLoss(1);
            _lines.Remove(unmap.First, 1, unmap.TsNs, unmap.Seq, IntervalOutcome.Unknown, IntervalEnd.Unmap);
        }
    }

    private void BeginCall(int tid, int first, int pages) => _answering[tid] = (first, pages);

    private void Unanswered(int tid, int page)
    {
        SeeOldAnswer(tid);
        _unanswered[tid] = (new UnansweredCall(page, _lines.Intervals.Count - 1), _unanswered.TryGetValue(tid, out (UnansweredCall Last, UnansweredCall Before) calls) ? calls.Last : UnansweredCall.None);
    }

    // An answer that stands behind the next call belongs to the call before.
    private bool AnswersEarlierCall(in TraceEvent e, int page)
    {
        if ((_answering.TryGetValue(e.Tid, out (int First, int Pages) call) && page >= call.First && page < call.First + call.Pages)
            || !_unanswered.TryGetValue(e.Tid, out (UnansweredCall Last, UnansweredCall Before) calls))
        {
            return false;
        }
        UnansweredCall earlier = calls.Last.Page == page ? calls.Last : calls.Before;
        if (earlier.Page != page || !_lines.TryAnswer(earlier.Interval, page))
        {
            return false;
        }
        Count("answer_displaced");
        return true;
    }

    // Reclaim asks for a page, unmaps it, and the entry goes: an entry that goes right behind the call tells of an unmap that is not in the trace.
    private void SeeRemoval(in TraceEvent e, long tsNs, int page)
    {
        if (_answering.TryGetValue(e.Tid, out (int First, int Pages) call) && call.Pages == 1 && call.First == page)
        {
            Count("unmap_lost");
            _lines.SeeLoss(1);
            _unmaps.Add(new RecordedUnmap(page, tsNs, true));
            _goneEarly[e.Tid] = page;
        }
    }

    private bool WentEarly(int tid, int page)
    {
        if (!_goneEarly.Remove(tid, out int gone) || gone != page)
        {
            return false;
        }
        _lines.SeeLoss(-1);
        return true;
    }

    private bool EnteredEarly(int tid, int page, ulong pfn)
    {
        if (!_enteredEarly.Remove(tid, out int entered) || entered != page || _lines.PfnOf(page) != pfn)
        {
            return false;
        }
        _lines.SeeLoss(-1);
        return true;
    }

    // KVM names the entry of each fault once more after it has changed: a map that is not in the trace shows there.
    private void SeeEntry(in TraceEvent e, long tsNs)
    {
        int page = e.Level == 1 && e.AsId == 0 && (e.NewSpte & RecordedSpte.AccessedMask(e.SpteFormat)) != 0 && RecordedSpte.IsLeaf(e.NewSpte, 1) ? PageOf(e, e.Gfn, tsNs) : -1;
        if (page >= 0 && !_lines.IsPresent(page))
        {
            Count("map_lost");
            _lines.SeeLoss(1);
            OnMap(e, tsNs, page, 1, accessed: true);
            _enteredEarly[e.Tid] = page;
        }
    }

    private readonly record struct UnansweredCall(int Page, int Interval)
    {
        public static UnansweredCall None { get; } = new(-1, -1);
    }
}
