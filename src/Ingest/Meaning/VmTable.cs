using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Meaning;

/// <summary>The VMs of a trace by name: those of the memslot table, or <c>tgid:N</c> of the VMM's process (trace-formats.md 1.6).</summary>
internal sealed class VmTable
{
    private readonly List<string> _names = [];
    private readonly Dictionary<int, int> _byTgid = [];
    private readonly HashSet<int> _vmmProcesses = [];

    /// <summary>Names, by index.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether the trace shows more than one VMM process.</summary>
    public bool HasSeveralProcesses => _vmmProcesses.Count > 1;

    /// <summary>Index of a name, added if new.</summary>
    public int Add(string name)
    {
        int index = _names.IndexOf(name);
        if (index < 0)
        {
            index = _names.Count;
            _names.Add(name);
            if (name.StartsWith("tgid:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out int tgid))
            {
                _byTgid.TryAdd(tgid, index);
            }
        }
        return index;
    }

    /// <summary>Notes that a process runs VMs.</summary>
    public void SeeVmm(int tgid) => _vmmProcesses.Add(tgid);

    /// <summary>Notes which VM a process runs; one that runs several stands for none of them.</summary>
    public void SeeOwner(int tgid, int vm)
    {
        bool isNamed = _byTgid.TryGetValue(tgid, out int known) && (known < 0 || !_names[known].StartsWith("tgid:", StringComparison.Ordinal));
        _byTgid[tgid] = !isNamed || known == vm ? vm : -1;
    }

    /// <summary>Takes over what another table learnt of processes.</summary>
    public void SeeOwners(VmTable other)
    {
        foreach ((int tgid, int vm) in other._byTgid)
        {
            _byTgid[tgid] = vm < 0 ? vm : Add(other._names[vm]);
        }
    }

    /// <summary>VM of a thread by its process; -1 when it is no part of a VMM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfProcess(TaskRecord task) => task.ProcessVm >= 0 ? task.ProcessVm : task.RunsVm && task.Tgid >= 0 ? Find(task) : -1;

    // The VM of a process never changes, so each thread looks it up once.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Find(TaskRecord task) =>
        task.ProcessVm = _byTgid.TryGetValue(task.Tgid, out int vm) ? vm : Add($"tgid:{task.Tgid}");
}
