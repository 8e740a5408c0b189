using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest;

// What every event gets once its payload is read: origin, task, time, and its place in the order.
internal sealed partial class TraceSink
{
    private void Complete(int slot, ref TraceEvent e, scoped in LineHeader header, TracepointTable.Entry entry, TaskRecord? task, long line)
    {
        long time;
        if (header.HasTime)
        {
            time = Advance(header.Cpu, header.Stamp, header.StampIsNs);
            if (header.StampIsNs)
            {
                e.TsNs = unchecked((long)header.Stamp);
                if (header.Cycles != 0)
                {
                    e.TsRaw = header.Cycles;
                }
            }
            else
            {
                e.TsRaw = header.Stamp;
            }
        }
        else
        {
            _context.Repair(RepairKind.NoTime);
            time = _clock!.Latest;
        }
        Complete(slot, ref e, entry, task, header.Cpu, header.Tgid, !header.Comm.IsEmpty, time, line);
    }

    // What seldom happens is done elsewhere: in here it would cost the usual event its registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Complete(
        int slot, ref TraceEvent e, TracepointTable.Entry entry, TaskRecord? task, int cpu, int tgid, bool hasComm, long time, long line)
    {
        if (e.Kind == TraceEventKind.Identity)
        {
            TakeIdentity(ref e, entry, task);
            return;
        }
        int src = _tracepoints.SourceId(entry);
        if (cpu >= 0 && hasComm && task is not null)
        {
            e.SetOriginAndTask((short)_epoch, (short)_stream, (short)_fileNo, line, src, (short)cpu, task.Tid, task.CommId);
        }
        else
        {
            e.SetOrigin((short)_epoch, (short)_stream, (short)_fileNo, line, src);
            SetWhatIsKnown(ref e, task, cpu, hasComm);
        }
        if (task is not null)
        {
            AddTask(ref e, task, tgid, hasComm);
        }
        if (e.Kind == TraceEventKind.SpteChange && !_facts.Sptes.IsSettled)
        {
            Vote(ref e);
        }
        entry.Parsed++;
        _eventCount++;
        _order.Commit(slot, task, _epoch, time, cpu);
    }

    // What an event takes from its task, and the task from it; seldom anything of it, so that what costs is done elsewhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTask(ref TraceEvent e, TaskRecord task, int tgid, bool hasComm)
    {
        if (tgid >= 0)
        {
            e.Tgid = tgid;
        }
        if (task.NameIsDamaged & hasComm)
        {
            _context.Repair(RepairKind.InvalidUtf8);
        }
        if (task.IsVmm & !task.IsProcessSeen)
        {
            IdentityEvents.SeeVmm(_state, task);
        }
        else if (task.Vcpu < 0 & !task.IsVmm & e.Has(EventColumn.Vcpu))
        {
            LearnVcpu(task, e.Vcpu);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeIdentity(ref TraceEvent e, TracepointTable.Entry entry, TaskRecord? task)
    {
        if (!e.Has(EventColumn.N0) && task is not null)
        {
            e.N0 = task.Tid;
        }
        IdentityEvents.Learn(_state, ref e);
        entry.Other++;
        OtherEventCount++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetWhatIsKnown(ref TraceEvent e, TaskRecord? task, int cpu, bool hasComm)
    {
        if (cpu >= 0)
        {
            e.Cpu = (short)cpu;
        }
        if (task is null)
        {
            _context.Repair(RepairKind.NoTask);
            return;
        }
        e.Tid = task.Tid;
        if (hasComm)
        {
            e.Comm = task.CommId;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LearnVcpu(TaskRecord task, int vcpu)
    {
        task.Vcpu = vcpu;
        task.Role ??= "vcpu";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Vote(ref TraceEvent e)
    {
        _facts.Sptes.See(e.OldSpte, e.Level);
        _facts.Sptes.See(e.NewSpte, e.Level);
    }

    // Within a CPU the file order is the truth, so the sort time never runs back; a step of more than 1 us starts a new epoch. A stamp in the
    // upper half of the 64 bits is a small negative one that wrapped.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Advance(int cpu, ulong stamp, bool isNs)
    {
        if (!isNs && !_facts.ClockNamed)
        {
            // A counter counts events; cycles since boot are beyond a thousand million within a second.
            TraceInput.NameClock(_facts, stamp >= 1_000_000_000 ? "x86-tsc" : "counter");
        }
        ulong last = _clock!.StampOf(cpu);
        if (isNs && (stamp < last || stamp - last > ForwardLimitNs || stamp > long.MaxValue))
        {
            Step(cpu, last, stamp);
        }
        return _clock!.Set(cpu, stamp);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Step(int cpu, ulong last, ulong stamp)
    {
        // A CPU may run back within the tolerance again and again: each event is held against the one before it.
        ulong before = _clock!.Before(cpu);
        if (stamp < before && cpu >= 0 && before - stamp > BackwardToleranceNs)
        {
            _context.Repair(RepairKind.ClockBackward);
            _epoch++;
            _clock!.StepBack();
        }
        else if (last <= long.MaxValue && ((last != 0 && stamp > last && stamp - last > ForwardLimitNs) || stamp > long.MaxValue))
        {
            _context.Repair(RepairKind.ClockForward);
        }
    }
}
