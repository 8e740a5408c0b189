using System.Diagnostics;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>Merges accesses with everything else by time and feeds them to one memory.</summary>
public static class ReplayLoop
{
    private const int CancelEvery = 1 << 14;

    // Debug builds look at every page after every event; beyond this many looks only every so many events.
    private const long MostDebugLooks = 1L << 30;

    /// <summary>Runs one replay to its end.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="schedule">Accesses in order.</param>
    /// <param name="script">What else happens.</param>
    /// <param name="recorder">Time and residency.</param>
    /// <param name="cancel">Stops the replay.</param>
    /// <exception cref="InvariantException">The model contradicts itself; names the event that the access came from, and the time.</exception>
    /// <param name="refaultCostNs">Delay of all that follows by each refault beyond those of the capture, ns; 0 for none.</param>
    /// <param name="known">What the capture proves, for the refaults of its own; null where there is no delay.</param>
    public static void Run(
        IReplayedMemory memory, AccessSchedule schedule, ReplayScript script, ReplayRecorder recorder, CancellationToken cancel, long refaultCostNs = 0, KnownIntervals? known = null)
    {
        int position = 0;
        RefaultLag lag = new(refaultCostNs, known);
        try
        {
            ReadOnlySpan<ScheduledAccess> accesses = schedule.Accesses;
            for (int i = 0; i < script.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                long until = script.IsAfterAccesses(i) ? script.TimeOf(i) : script.TimeOf(i) - 1;
                while (position < accesses.Length && accesses[position].TsNs + lag.At(accesses[position].TsNs, recorder) <= until)
                {
                    Touch(memory, accesses[position], position++, script.Control, recorder);
                    CheckInDebug(memory, schedule, position);
                }
                recorder.AdvanceTo(script.TimeOf(i));
                script.Play(i, memory, recorder);
                CheckInDebug(memory, schedule, 0);
            }
            while (position < accesses.Length)
            {
                if (position % CancelEvery == 0)
                {
                    cancel.ThrowIfCancellationRequested();
                }
                Touch(memory, accesses[position], position++, script.Control, recorder);
                CheckInDebug(memory, schedule, position);
            }
            memory.Finish();
            recorder.Finish();
        }
        catch (InvalidOperationException e)
        {
            // Parts of the model know neither event nor time; here both are known.
            long ordinal = position > 0 && position <= schedule.Count ? schedule.Accesses[position - 1].Seq : 0;
            throw new InvariantException(ordinal, recorder.NowNs, e.Message);
        }
    }

    private static void Touch(IReplayedMemory memory, in ScheduledAccess access, int position, IReclaimControl? control, ReplayRecorder recorder)
    {
        control?.Touch(recorder.LastTouchOf(access.Page), access.TsNs);
        memory.Touch(position);
    }

    [Conditional("DEBUG")]
    private static void CheckInDebug(IReplayedMemory memory, AccessSchedule schedule, int position)
    {
        long stride = 1 + ((long)schedule.Count * schedule.First.Length / MostDebugLooks);
        if (position % stride == 0)
        {
            memory.CheckInvariants();
        }
    }
}
