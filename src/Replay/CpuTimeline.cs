using SecondLook.Contracts.Events;

namespace SecondLook.Replay;

/// <summary>
/// On which CPU the vCPU threads and the thread that writes the commands ran, over time: insertion batches are per CPU. Learnt from
/// faults, aging calls and insertions; unmaps and writes tell nothing here.
/// </summary>
public sealed class CpuTimeline
{
    private readonly Dictionary<int, List<(long TsNs, int Cpu)>> _moves = [];
    private readonly SortedDictionary<int, long> _callsOfThread = [];
    private readonly SortedDictionary<(int Vcpu, int Tid), long> _faults = [];
    private readonly SortedDictionary<int, int> _threadOfVcpu = [];
    private int _commandThread = -1;

    /// <summary>Takes the next event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="tsNs">Its time, ns.</param>
    public void Add(in TraceEvent e, long tsNs)
    {
        if (e.Kind is not (TraceEventKind.GuestFault or TraceEventKind.Age or TraceEventKind.LruInsert) || !e.Has(EventColumn.Tid))
        {
            return;
        }
        if (!_moves.TryGetValue(e.Tid, out List<(long TsNs, int Cpu)>? moves))
        {
            moves = [];
            _moves.Add(e.Tid, moves);
        }
        if (moves.Count == 0 || moves[^1].Cpu != e.Cpu)
        {
            moves.Add((tsNs, e.Cpu));
        }
        if (e.Kind == TraceEventKind.Age)
        {
            _callsOfThread[e.Tid] = _callsOfThread.GetValueOrDefault(e.Tid) + 1;
        }
        else if (e.Kind == TraceEventKind.GuestFault)
        {
            (int, int) key = (e.Has(EventColumn.Vcpu) ? e.Vcpu : 0, e.Tid);
            _faults[key] = _faults.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Names the threads once every event was seen.</summary>
    public void Finish()
    {
        long most = 0;
        foreach ((int tid, long count) in _callsOfThread)
        {
            if (count > most)
            {
                most = count;
                _commandThread = tid;
            }
        }
        Dictionary<int, long> best = [];
        foreach (((int vcpu, int tid), long count) in _faults)
        {
            if (count > best.GetValueOrDefault(vcpu))
            {
                best[vcpu] = count;
                _threadOfVcpu[vcpu] = tid;
            }
        }
    }

    /// <summary>vCPUs whose faults were seen.</summary>
    public IReadOnlyCollection<int> Vcpus => _threadOfVcpu.Keys;

    /// <summary>CPU of the thread that writes the commands.</summary>
    /// <param name="tsNs">When, ns.</param>
    public int OfCommands(long tsNs) => At(_commandThread, tsNs, 0);

    /// <summary>CPU of a vCPU thread.</summary>
    /// <param name="vcpu">Number of the vCPU; negative for the first.</param>
    /// <param name="tsNs">When, ns.</param>
    public int OfVcpu(int vcpu, long tsNs) => At(_threadOfVcpu.GetValueOrDefault(Math.Max(0, vcpu), -1), tsNs, 1);

    private int At(int tid, long tsNs, int unknown)
    {
        if (!_moves.TryGetValue(tid, out List<(long TsNs, int Cpu)>? moves))
        {
            return unknown;
        }
        int low = 0;
        int high = moves.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (moves[middle].TsNs <= tsNs)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return moves[low].Cpu;
    }
}
