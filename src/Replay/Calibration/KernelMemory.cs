using SecondLook.Replay.Hosts;

namespace SecondLook.Replay.Calibration;

/// <summary>Kernel memory charged to the program's cgroup: it takes room under memory.max and is on no list.</summary>
/// <remarks>
/// Models: what memory.stat calls kernel, as captures without a limit show it: the process and its VM, the page caches that KVM fills for a
/// vCPU when it first runs, page tables of the process and of KVM, inodes of a snapshot. Omits: shadow nodes of the swap cache.
/// </remarks>
internal sealed class KernelMemory
{
    private const int ProcessPages = 55;
    private const int MoreForThread = 9;

    // 40 shadow pages are kept ready, some of them are used up by the first faults; a kernel stack besides.
    private const int FirstRunPages = 38;
    private const int TablesPerRange = 2;
    private const int SnapshotPages = 4;

    private readonly HostModel _host;
    private readonly HashSet<int> _tables = [];
    private readonly bool[] _ran;
    private int _lastTable = -1;

    /// <summary>The process exists.</summary>
    public KernelMemory(HostModel host, int vcpus, int cpu)
    {
        _host = host;
        _ran = new bool[Math.Max(1, vcpus)];
        Charge(ProcessPages + ((vcpus - 1) * MoreForThread), cpu);
    }

    /// <summary>A vCPU is about to run.</summary>
    public void Run(int vcpu, int cpu)
    {
        ref bool ran = ref _ran[Math.Clamp(vcpu, 0, _ran.Length - 1)];
        if (!ran)
        {
            ran = true;
            Charge(FirstRunPages, cpu);
        }
    }

    /// <summary>A page is used.</summary>
    public void Reach(int modelPage, int cpu)
    {
        int table = modelPage >> 9;
        if (table != _lastTable && _tables.Add(table))
        {
            Charge(TablesPerRange, cpu);
        }
        _lastTable = table;
    }

    /// <summary>A snapshot's files are made.</summary>
    public void Snapshot(int cpu) => Charge(SnapshotPages, cpu);

    private void Charge(int pages, int cpu) => _host.Reclaim.ChargeKernel(_host.Memcg, pages, cpu);
}
