using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Merges accesses and demand steps by time and feeds them to one memory.</summary>
public static class ReplayLoop
{
    private const int CancelEvery = 1 << 14;

    /// <summary>Runs one replay to its end.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="schedule">Accesses in order.</param>
    /// <param name="steps">Steps in order of time; accesses of the same instant come first.</param>
    /// <param name="recorder">Time and residency.</param>
    /// <param name="cancel">Stops the replay.</param>
    public static void Run(IReplayedMemory memory, AccessSchedule schedule, List<DemandStep> steps, ReplayRecorder recorder, CancellationToken cancel)
    {
        int position = 0;
        ReadOnlySpan<ScheduledAccess> accesses = schedule.Accesses;
        foreach (DemandStep step in steps)
        {
            cancel.ThrowIfCancellationRequested();
            while (position < accesses.Length && accesses[position].TsNs <= step.TsNs)
            {
                memory.Touch(position++);
            }
            recorder.AdvanceTo(step.TsNs);
            memory.Run(step);
        }
        while (position < accesses.Length)
        {
            if (position % CancelEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
            memory.Touch(position++);
        }
        memory.Finish();
        recorder.Finish();
    }
}
