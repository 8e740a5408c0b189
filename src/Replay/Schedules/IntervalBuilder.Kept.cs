using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Schedules;

/// <content>
/// Pages that answered old and stayed. Reclaim takes a page that answers old and keeps one that answers young (rule R7 of inference.md), so where
/// hardly any old page stays, one that does had answered young, and the clear that said so was lost.
/// </content>
public sealed partial class IntervalBuilder
{
    // Old pages that stay, of those that reclaim took: 0.3 % and less in whole captures, where no calls of look-around, passes or active lists are among them.
    private const double MostKept = 0.05;
    private const int MostDisplaced = 3;
    private const byte Unknown = 0;
    private const byte Inactive = 1;
    private const byte Active = 2;
    private readonly Dictionary<int, Batch> _batches = [];
    private readonly List<int> _oldTargets = [];
    private bool _tellsBatches;

    // Either end of a batch tells its list, so that one of the two may be lost.
    private void SeeReclaim(in TraceEvent e)
    {
        switch (e.Op)
        {
            case TraceEventOp.Isolate:
                bool active = e.Has(EventColumn.Lru) && e.Lru is 1 or 3;
                Batch of = BatchOf(e.Tid);
                EndBatch(of, of.List == Inactive);
                of.List = active ? Active : Inactive;
                break;
            case TraceEventOp.ShrinkInactive or TraceEventOp.ShrinkActive:
                _tellsBatches = true;
                of = BatchOf(e.Tid);
                EndBatch(of, e.Op == TraceEventOp.ShrinkInactive && of.List != Active);
                of.List = Unknown;
                break;
        }
    }

    // The last interval was closed as old by a call of this task.
    private void SeeOldAnswer(int tid) => BatchOf(tid).Old.Add(_lines.Intervals.Count - 1);

    private Batch BatchOf(int tid) => _batches.TryGetValue(tid, out Batch? batch) ? batch : _batches[tid] = new Batch();

    private void EndBatch(Batch batch, bool targets)
    {
        if (targets)
        {
            _oldTargets.AddRange(batch.Old);
        }
        batch.Old.Clear();
    }

    // Whole traces are left as they are: there a page may stay for reasons of its own. Behind a mark the unmap itself may be what is missing.
    private void AnswerKept()
    {
        if (!_tdp || _lines.Contradictions == 0 || _lines.HasGaps)
        {
            return;
        }
        foreach (Batch batch in _batches.Values)
        {
            EndBatch(batch, !_tellsBatches || batch.List == Inactive);
        }
        List<KnownInterval> intervals = _lines.Intervals;
        int[] following = new int[intervals.Count];
        Dictionary<int, int> later = [];
        for (int i = intervals.Count - 1; i >= 0; i--)
        {
            following[i] = later.GetValueOrDefault(intervals[i].Page, -1);
            later[intervals[i].Page] = i;
        }
        List<int> kept = [];
        int taken = 0;
        foreach (int i in _oldTargets)
        {
            // An answer that stands right before its call was only displaced.
            if (intervals[i].Outcome == IntervalOutcome.Old && following[i] >= 0 && intervals[i].EndSeq - intervals[i].BeginSeq > MostDisplaced)
            {
                bool asked = intervals[following[i]].End == IntervalEnd.Clear;
                taken += asked ? 0 : 1;
                if (asked)
                {
                    kept.Add(i);
                }
            }
        }
        if (kept.Count > MostKept * taken)
        {
            return;
        }
        foreach (int i in kept)
        {
            Count("clear_lost");
            _lines.SeeLoss(1);
            intervals[i] = intervals[i] with { Outcome = IntervalOutcome.Young };
        }
    }

    private sealed class Batch
    {
        public byte List { get; set; }

        public List<int> Old { get; } = [];
    }
}
