using SecondLook.Replay.Reference;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>A memory under a reference policy: exact, without page tables, aging or costs.</summary>
public sealed class ReferenceMemory : IReplayedMemory
{
    private readonly IReferencePolicy _policy;
    private readonly AccessSchedule _schedule;
    private readonly ReplayRecorder _recorder;
    private readonly long _capacity;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="policy">A fresh policy.</param>
    /// <param name="schedule">Accesses.</param>
    /// <param name="nextPositions">Positions of next accesses.</param>
    /// <param name="recorder">Is told what comes and goes.</param>
    /// <param name="capacity">Pages that fit; null when only commands free pages.</param>
    /// <param name="seed">Seed of the run.</param>
    public ReferenceMemory(IReferencePolicy policy, AccessSchedule schedule, int[] nextPositions, ReplayRecorder recorder, long? capacity, ulong seed)
    {
        _policy = policy;
        _schedule = schedule;
        _recorder = recorder;
        _capacity = capacity ?? long.MaxValue;
        int pages = schedule.First.Length;
        _policy.Start(new RequestStream(pages, schedule.Count, nextPositions), (int)Math.Min(_capacity, Math.Max(1, schedule.FootprintPages)), seed);
    }

    /// <inheritdoc/>
    public void Touch(int position)
    {
        int page = _schedule.Accesses[position].Page;
        if (_recorder.Touch(position))
        {
            _policy.Hit(page, position);
            return;
        }
        int victim = _policy.Miss(page, position, _recorder.ResidentPages >= _capacity);
        if (victim >= 0)
        {
            _recorder.Evict(victim, -1);
        }
        _recorder.Insert(page);
    }

    /// <inheritdoc/>
    public void Run(in DemandStep step)
    {
        if (step.Kind == StepKind.Age)
        {
            return;
        }
        long free = Math.Min(step.Pages, _recorder.ResidentPages);
        for (long i = 0; i < free; i++)
        {
            _recorder.Evict(_policy.Evict(), -1);
        }
        _recorder.EndPass(step.Action, step.Pages, -1);
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }
}
