namespace SecondLook.Replay.Replacement;

/// <summary>One memory cgroup on one node: its lists, limits and charge.</summary>
/// <remarks>Models: struct mem_cgroup and struct lruvec. Omits: several nodes, kernel memory, v1 knobs.</remarks>
public sealed class Memcg
{
    private readonly List<AddressSpace> _spaces = [];
    private readonly List<Memcg> _children = [];
    private readonly List<long> _stocks = [];

    internal Memcg(int id, string path, Memcg? parent)
    {
        Id = id;
        Path = path;
        Parent = parent;
        parent?._children.Add(this);
    }

    /// <summary>Dense number; the root is 0.</summary>
    public int Id { get; }

    /// <summary>Cgroup path as debugfs prints it.</summary>
    public string Path { get; }

    /// <summary>Parent cgroup; null for the root.</summary>
    public Memcg? Parent { get; }

    /// <summary>memory.max in pages.</summary>
    public long MaxPages { get; set; } = long.MaxValue;

    /// <summary>memory.min in pages.</summary>
    public long MinPages { get; set; }

    /// <summary>memory.low in pages.</summary>
    public long LowPages { get; set; }

    /// <summary>Pages charged, children included.</summary>
    public long Usage { get; internal set; }

    /// <summary>False once the cgroup was removed.</summary>
    public bool Online { get; set; } = true;

    /// <summary>memory.swappiness; -1 takes the global one.</summary>
    public int Swappiness { get; set; } = -1;

    /// <summary>Counters of this cgroup alone.</summary>
    public ReclaimCounters Counters { get; } = new();

    /// <summary>Processes in order of creation.</summary>
    public IReadOnlyList<AddressSpace> Spaces => _spaces;

    /// <summary>Child cgroups in order of creation.</summary>
    public IReadOnlyList<Memcg> Children => _children;

    /// <summary>Generation lists; null under classic LRU.</summary>
    public Mglru.MglruLruvec? Generations { get; internal set; }

    /// <summary>Classic lists; null under MGLRU.</summary>
    public Classic.ClassicLruvec? Lists { get; internal set; }

    internal void Add(AddressSpace space) => _spaces.Add(space);

    /// <summary>Charges or (negative) uncharges this cgroup and its ancestors.</summary>
    internal void Charge(long pages)
    {
        for (Memcg? memcg = this; memcg is not null; memcg = memcg.Parent)
        {
            memcg.Usage += pages;
        }
    }

    /// <summary>Takes a charge from what a CPU charged ahead.</summary>
    internal bool ConsumeStock(int cpu, long pages)
    {
        if (cpu >= _stocks.Count || _stocks[cpu] < pages)
        {
            return false;
        }
        _stocks[cpu] -= pages;
        return true;
    }

    /// <summary>Keeps pages charged ahead for later charges of a CPU.</summary>
    internal void FillStock(int cpu, long pages)
    {
        if (pages == 0)
        {
            return;
        }
        while (_stocks.Count <= cpu)
        {
            _stocks.Add(0);
        }
        _stocks[cpu] += pages;
    }

    /// <summary>Gives back what CPUs charged ahead.</summary>
    internal void DrainStocks()
    {
        for (int cpu = 0; cpu < _stocks.Count; cpu++)
        {
            Charge(-_stocks[cpu]);
            _stocks[cpu] = 0;
        }
    }
}
