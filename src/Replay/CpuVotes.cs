using SecondLook.Contracts.Events;

namespace SecondLook.Replay;

/// <summary>Counts on which CPU vCPU threads fault and commands run: insertion batches are per CPU.</summary>
public sealed class CpuVotes
{
    private readonly SortedDictionary<(int Vcpu, int Cpu), long> _faults = [];
    private readonly SortedDictionary<int, long> _calls = [];

    /// <summary>Takes the next event.</summary>
    public void Add(in TraceEvent e)
    {
        if (e.Kind == TraceEventKind.GuestFault)
        {
            (int, int) key = (e.Has(EventColumn.Vcpu) ? e.Vcpu : 0, e.Cpu);
            _faults[key] = _faults.GetValueOrDefault(key) + 1;
        }
        else if (e.Kind == TraceEventKind.Age)
        {
            _calls[e.Cpu] = _calls.GetValueOrDefault(e.Cpu) + 1;
        }
    }

    /// <summary>Writes the winners into the facts.</summary>
    public void Decide(CaptureFacts facts)
    {
        Dictionary<int, long> best = [];
        foreach (((int vcpu, int cpu), long count) in _faults)
        {
            if (count > best.GetValueOrDefault(vcpu))
            {
                best[vcpu] = count;
                facts.CpuOfVcpu[vcpu] = cpu;
            }
        }
        long most = 0;
        foreach ((int cpu, long count) in _calls)
        {
            if (count > most)
            {
                most = count;
                facts.CommandCpu = cpu;
            }
        }
    }
}
