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
    private readonly SampledPolicy? _sampled;
    private readonly ITimedPolicy? _timed;
    private int _position;

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
        _sampled = policy as SampledPolicy;
        _timed = policy as ITimedPolicy;
        RequestStream requests = new(pages, schedule.Count, nextPositions) { Times = _timed is null ? default : TimesOf(schedule) };
        _policy.Start(requests, (int)Math.Min(_capacity, Math.Max(1, schedule.FootprintPages)), seed);
    }

    private static long[] TimesOf(AccessSchedule schedule)
    {
        long[] times = new long[schedule.Count];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = schedule.Accesses[i].TsNs;
        }
        return times;
    }

    /// <inheritdoc/>
    public void Touch(int position)
    {
        int page = _schedule.Accesses[position].Page;
        _position = position;
        if (_recorder.Touch(position))
        {
            _policy.Hit(page, position);
            return;
        }
        int victim = _policy.Miss(page, position, _recorder.ResidentPages >= _capacity);
        if (victim >= 0 && victim != page)
        {
            _recorder.Evict(victim, -1);
        }
        _recorder.Insert(page);
        if (victim == page)
        {
            // It has to be in memory to be used; it goes as soon as it was.
            _recorder.Evict(page, -1);
        }
    }

    /// <inheritdoc/>
    public void Run(in DemandStep step)
    {
        if (step.Kind == StepKind.Age)
        {
            _sampled?.Harvest(_position);
            return;
        }
        // A policy that judges by time frees all that is cold to it; to the others the demand says how much, to each in its own order.
        long asked = step.Kind != StepKind.Cold ? step.Pages : _timed is null ? _recorder.IdlePages(step.AgeNs) : long.MaxValue;
        long free = Math.Min(asked, _recorder.ResidentPages);
        for (long i = 0; i < free; i++)
        {
            int victim = _timed is null ? _policy.Evict() : _timed.EvictCold(_recorder.NowNs, _recorder.HorizonNs);
            if (victim < 0)
            {
                break;
            }
            _recorder.Evict(victim, -1);
        }
        _recorder.EndPass(step.Action, step.Pages, -1);
    }

    /// <inheritdoc/>
    public void Change(in SlotChange change)
    {
        // A reference policy knows pages only: a slot's memory stays what it was.
    }

    /// <inheritdoc/>
    public void Mmio(in MmioAccess access)
    {
        // No memory is used.
    }

    /// <inheritdoc/>
    public void CheckInvariants()
    {
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }
}
