using SecondLook.Replay.Demands;

namespace SecondLook.Replay;

/// <summary>A guest access of a frame that no memslot holds.</summary>
/// <param name="TsNs">When.</param>
/// <param name="Vm">Name of the VM; empty when unknown.</param>
/// <param name="Gfn">Guest frame.</param>
public readonly record struct MmioAccess(long TsNs, string Vm, ulong Gfn);

/// <summary>Everything that happens in a replay beside the guest's accesses, in order of time.</summary>
public sealed class ReplayScript
{
    private readonly List<Entry> _entries = [];
    private readonly List<DemandStep> _steps;
    private readonly IReadOnlyList<SlotChange> _changes;
    private readonly IReadOnlyList<MmioAccess> _mmio;

    /// <summary>Merges the parts. Of one instant slots come first, then MMIO, then reclaim.</summary>
    /// <param name="steps">Reclaim demand, in order.</param>
    /// <param name="changes">Memslot changes, in order.</param>
    /// <param name="mmio">MMIO accesses, in order.</param>
    /// <param name="control">Decides what the steps ask for while the policy runs; null where they say it themselves.</param>
    public ReplayScript(List<DemandStep> steps, IReadOnlyList<SlotChange> changes, IReadOnlyList<MmioAccess> mmio, IReclaimControl? control = null)
    {
        Control = control;
        _steps = steps;
        _changes = changes;
        _mmio = mmio;
        for (int i = 0; i < changes.Count; i++)
        {
            _entries.Add(new Entry(changes[i].TsNs, Part.Slot, i));
        }
        for (int i = 0; i < mmio.Count; i++)
        {
            _entries.Add(new Entry(mmio[i].TsNs, Part.Mmio, i));
        }
        for (int i = 0; i < steps.Count; i++)
        {
            _entries.Add(new Entry(steps[i].TsNs, Part.Demand, i));
        }
        _entries.Sort(static (a, b) =>
        {
            int order = a.TsNs.CompareTo(b.TsNs);
            order = order != 0 ? order : a.Part.CompareTo(b.Part);
            return order != 0 ? order : a.Index.CompareTo(b.Index);
        });
    }

    /// <summary>The loop in user space, or null.</summary>
    public IReclaimControl? Control { get; }

    /// <summary>Number of happenings.</summary>
    public int Count => _entries.Count;

    /// <summary>Time of one, ns.</summary>
    public long TimeOf(int i) => _entries[i].TsNs;

    /// <summary>Whether accesses of the same instant come before it: all but a slot that appears, which they need.</summary>
    public bool IsAfterAccesses(int i) => _entries[i].Part != Part.Slot || !_changes[_entries[i].Index].Created;

    /// <summary>Lets one happen.</summary>
    /// <param name="i">Which.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="recorder">What the policy did so far, for the loop in user space.</param>
    public void Play(int i, IReplayedMemory memory, ReplayRecorder recorder)
    {
        int index = _entries[i].Index;
        switch (_entries[i].Part)
        {
            case Part.Slot:
                memory.Change(_changes[index]);
                break;
            case Part.Mmio:
                memory.Mmio(_mmio[index]);
                break;
            default:
                DemandStep step = _steps[index];
                memory.Run(Control is null ? step : Control.Decide(step, recorder));
                break;
        }
    }

    private enum Part : byte
    {
        Slot,
        Mmio,
        Demand,
    }

    private readonly record struct Entry(long TsNs, Part Part, int Index);
}
