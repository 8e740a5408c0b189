using SecondLook.Contracts.Tables;
using SecondLook.Replay.Demands;

namespace SecondLook.Replay.Schedules;

/// <summary>Turns the accesses that the guest itself recorded into a schedule.</summary>
/// <remarks>
/// Accesses are ordered by plan step, then by stamp over all vCPUs (calibration.md section 5): the program waits for all vCPUs between steps,
/// while clocks may disagree by more than a step's length. Accesses outside the data slots are no touches.
/// </remarks>
public static class TruthSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="truth">A table of <see cref="TruthTable"/>.</param>
    /// <param name="guest">Pages of the capture.</param>
    /// <param name="demand">Recorded commands; their steps bound the stamps.</param>
    /// <param name="contradictory">Told of accesses in no slot; null for none.</param>
    public static AccessSchedule Build(Table truth, GuestPages guest, RecordedDemand demand, ContradictoryInput? contradictory = null)
    {
        Dictionary<(string Vm, int Step), (long Begin, long End)> steps = [];
        foreach (RecordedCommand command in demand.Commands)
        {
            if (command.Step >= 0)
            {
                steps.TryAdd((command.Vm, command.Step), (command.BeginNs, command.EndNs));
            }
        }
        long[] ts = truth[TruthTable.TsNs];
        int[] step = truth[TruthTable.Step];
        long[] gfn = truth[TruthTable.Gfn];
        bool[] write = truth[TruthTable.Write];
        int[] vcpu = truth[TruthTable.Vcpu];
        string[] op = truth[TruthTable.Op];
        string[] vm = truth[TruthTable.Vm];
        List<ScheduledAccess> accesses = new(truth.RowCount);
        for (int r = 0; r < truth.RowCount; r++)
        {
            if (op[r].StartsWith('M'))
            {
                continue;
            }
            long at = ts[r];
            if (steps.TryGetValue((vm[r], step[r]), out (long Begin, long End) bounds))
            {
                at = Math.Clamp(at, bounds.Begin, Math.Max(bounds.Begin, bounds.End));
            }
            int number = vm[r].Length == 0 ? -1 : guest.VmOf(vm[r]);
            int page = guest.OfGfn(number, unchecked((ulong)gfn[r]), at);
            contradictory?.SeeTruth(number, unchecked((ulong)gfn[r]), r, at);
            if (page >= 0)
            {
                accesses.Add(new ScheduledAccess(at, r, page, TouchOrigin.Truth, write[r], vcpu[r] < 0, step[r], vcpu[r]) { Nested = op[r].StartsWith('N') });
            }
        }
        return new AccessSchedule("truth", "truth", guest.Count, accesses, 1.0);
    }
}
