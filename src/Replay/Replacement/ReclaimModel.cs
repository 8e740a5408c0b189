using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Settings;
using SecondLook.Replay.Replacement.Swap;

namespace SecondLook.Replay.Replacement;

/// <summary>
/// The reclaim side of a host: memcgs with their lists, address spaces, swap, and every way by which pages enter, age and leave.
/// To drive it: make <see cref="ReclaimSwitches"/> from a profile; make the model with an <see cref="IPageTables"/>; add memcgs, address
/// spaces and VMAs (page ids are dense and congruent to the virtual page number modulo 512); call <see cref="Fault"/> for every first use
/// of a page that is not mapped where it is used, set accessed bits in the page tables for all other uses; set <see cref="NowNs"/>; then
/// <see cref="Age"/>, <see cref="Evict"/>, <see cref="ReclaimMemcg"/> as the host's commands come. Decisions are told to
/// <see cref="Observer"/>, totals are in <see cref="Counters"/> and each memcg's.
/// </summary>
/// <remarks>
/// Models: mm/vmscan.c, mm/swap.c, mm/workingset.c, and the parts of mm/memory.c, mm/swap_state.c, mm/memcontrol.c that feed them.
/// Omits: several nodes, slab, compaction, demotion, races.
/// </remarks>
public sealed partial class ReclaimModel
{
    /// <summary>Swappiness value of an anon-only request ("max").</summary>
    public const int AnonOnly = 201;

    /// <summary>First scan priority.</summary>
    public const int DefaultPriority = 12;

    internal const int SwapClusterMax = 32;

    private readonly List<Memcg> _memcgs = [];
    private readonly List<AddressSpace> _spaces = [];
    private readonly InsertionBatches _batches;
    private readonly ReadAround _readAround = new();
    private readonly List<(int First, int End, Memcg Memcg)> _files = [];
    private int? _faultCpu;
    private Vma?[] _vmaOfTable = [];
    private AddressSpace?[] _spaceOfTable = [];
    private int[] _keyOfTable = [];
    private bool[] _tablePresent = [];

    /// <summary>Makes a host without memory.</summary>
    /// <param name="switches">Rules; read while the model lives, not copied.</param>
    /// <param name="pages">Accessed bits.</param>
    /// <param name="observer">Told about decisions; null for none.</param>
    public ReclaimModel(ReclaimSwitches switches, IPageTables pages, ReclaimObserver? observer = null)
    {
        Switches = switches;
        Pages = pages;
        Observer = observer ?? new ReclaimObserver();
        Swap = new SwapDevice(this);
        Reclaimer = new FolioReclaimer(this);
        Flusher = new FileFlusher(this);
        _batches = new InsertionBatches(this);
        Policy = switches.Mglru ? new Mglru.MglruPolicy(this) : new Classic.ClassicPolicy(this);
        AddMemcg("/", null);
    }

    /// <summary>Rules in force.</summary>
    public ReclaimSwitches Switches { get; }

    /// <summary>Accessed bits.</summary>
    public IPageTables Pages { get; }

    /// <summary>Told about decisions.</summary>
    public ReclaimObserver Observer { get; }

    /// <summary>Folio state.</summary>
    public FolioTable Folios { get; } = new();

    /// <summary>Whole-machine counters.</summary>
    public ReclaimCounters Counters { get; } = new();

    /// <summary>CPU that commands run on: reclaim drains this CPU's insertion batches, and writes end on it.</summary>
    public int CommandCpu { get; set; }

    /// <summary>Unmapping stops once <see cref="ReclaimCounters.PgUnmap"/> reaches this (calibration by volume).</summary>
    public long UnmapLimit { get; set; } = long.MaxValue;

    /// <summary>Pages that <see cref="UnmapLimit"/> counts and keeps; null for all.</summary>
    public Predicate<int>? LimitedPages { get; set; }

    /// <summary>A record of when pages reach the lists; null lets the insertion batches decide.</summary>
    public IInsertionOrder? InsertionOrder { get; private set; }

    /// <summary>Time of the trace clock; set before each call.</summary>
    public long NowNs { get; set; }

    /// <summary>All memcgs, the root first.</summary>
    public IReadOnlyList<Memcg> Memcgs => _memcgs;

    /// <summary>The root cgroup.</summary>
    public Memcg Root => _memcgs[0];

    /// <summary>All address spaces in order of creation.</summary>
    public IReadOnlyList<AddressSpace> Spaces => _spaces;

    /// <summary>The lists in use.</summary>
    public LruPolicy Policy { get; }

    /// <summary>Generation lists; null under classic LRU.</summary>
    public Mglru.MglruPolicy? Mglru => Policy as Mglru.MglruPolicy;

    internal SwapDevice Swap { get; }

    internal FolioReclaimer Reclaimer { get; }

    /// <summary>Some page is charged to another memcg than its process.</summary>
    internal bool MixedCharges { get; private set; }

    internal FileFlusher Flusher { get; }

    /// <summary>Free pages of the machine, for rules of root reclaim.</summary>
    public long FreePages { get; set; } = long.MaxValue / 4;

    /// <summary>Sum of the zones' high watermarks, in pages.</summary>
    public long HighWatermarkPages { get; set; }

    /// <summary>Memcg that the shadow under examination names; set around a refault.</summary>
    internal Memcg? ShadowMemcg { get; set; }

    internal int Tables => _vmaOfTable.Length;

    /// <summary>Adds a cgroup.</summary>
    /// <param name="path">Path as debugfs prints it.</param>
    /// <param name="parent">Parent; null for the root itself.</param>
    /// <returns>The cgroup.</returns>
    public Memcg AddMemcg(string path, Memcg? parent)
    {
        var memcg = new Memcg(_memcgs.Count, path, parent);
        _memcgs.Add(memcg);
        Policy.AddMemcg(memcg);
        return memcg;
    }

    /// <summary>Adds a process.</summary>
    /// <param name="memcg">Charged cgroup.</param>
    /// <param name="hasNotifiers">True for a VM process.</param>
    /// <returns>The address space.</returns>
    public AddressSpace AddSpace(Memcg memcg, bool hasNotifiers)
    {
        var space = new AddressSpace(_spaces.Count, memcg, hasNotifiers);
        _spaces.Add(space);
        memcg.Add(space);
        return space;
    }

    /// <summary>Adds a range of addresses.</summary>
    /// <param name="space">Its process.</param>
    /// <param name="startVpn">First virtual page number.</param>
    /// <param name="pages">Length in pages.</param>
    /// <param name="kind">What backs it.</param>
    /// <param name="flags">Special properties.</param>
    /// <returns>The range, with the id of its first page.</returns>
    public Vma AddVma(AddressSpace space, long startVpn, int pages, VmaKind kind = VmaKind.Anon, VmaFlags flags = VmaFlags.None)
    {
        int lead = (int)(startVpn & 511);
        int first = Folios.Reserve(lead + pages, align: 512) + lead;
        var vma = new Vma(startVpn, pages, first, kind, flags);
        int tables = (Folios.Count + 511) >> 9;
        if (tables > _vmaOfTable.Length)
        {
            int size = Math.Max(tables, 16);
            Array.Resize(ref _vmaOfTable, size);
            Array.Resize(ref _spaceOfTable, size);
            Array.Resize(ref _keyOfTable, size);
            Array.Resize(ref _tablePresent, size);
        }
        for (int table = first >> 9; table <= (first + pages - 1) >> 9; table++)
        {
            _vmaOfTable[table] = vma;
            _spaceOfTable[table] = space;
            _keyOfTable[table] = table;
        }
        space.Add(vma);
        ShareTableKeys(space);
        return vma;
    }

    /// <summary>Adds page-cache folios that no process maps, not yet resident.</summary>
    /// <param name="memcg">Charged cgroup.</param>
    /// <param name="pages">How many.</param>
    /// <returns>Id of the first.</returns>
    public int AddFilePages(Memcg memcg, int pages)
    {
        // A page-table page of ids of their own: the range before must not seem to hold them.
        int first = Folios.Reserve(pages, align: 512);
        for (int i = 0; i < pages; i++)
        {
            Folios.Memcg[first + i] = (ushort)memcg.Id;
        }
        _files.Add((first, first + pages, memcg));
        return first;
    }

    /// <summary>Range that a page belongs to.</summary>
    /// <param name="page">Page id.</param>
    /// <returns>Null for page cache that nobody maps.</returns>
    public Vma? VmaOf(int page) => page >> 9 < _vmaOfTable.Length ? _vmaOfTable[page >> 9] : null;

    /// <summary>Process that maps a page.</summary>
    /// <param name="page">Id of a page in a VMA.</param>
    /// <returns>The address space.</returns>
    public AddressSpace SpaceOf(int page) => _spaceOfTable[page >> 9]!;

    /// <summary>Memcg that a resident folio is charged to.</summary>
    /// <param name="folio">Folio id.</param>
    /// <returns>The cgroup.</returns>
    public Memcg MemcgOf(int folio) => _memcgs[Folios.Memcg[folio]];

    /// <summary>Free swap that a memcg may use, in pages.</summary>
    /// <param name="memcg">The cgroup.</param>
    /// <returns>Pages.</returns>
    public long FreeSwap(Memcg memcg) => Swap.Free;

    /// <summary>Holds the model against its own rules.</summary>
    /// <exception cref="InvalidOperationException">A rule is broken; the message says which.</exception>
    public void CheckInvariants() => Policy.CheckInvariants();

    internal ReclaimCounters Count(int folio) => MemcgOf(folio).Counters;

    /// <summary>Number of the page-table page that holds a virtual 2 MiB block, shared by all ranges in it.</summary>
    internal int TableKey(Vma vma, long table)
    {
        long low = Math.Max(vma.StartVpn, table << 9);
        return _keyOfTable[(vma.FirstPage + (int)(low - vma.StartVpn)) >> 9];
    }

    internal bool TablePresent(int key) => _tablePresent[key];

    internal void MarkTablePresent(int page) => _tablePresent[_keyOfTable[page >> 9]] = true;

    private void ShareTableKeys(AddressSpace space)
    {
        IReadOnlyList<Vma> vmas = space.Vmas;
        for (int i = 1; i < vmas.Count; i++)
        {
            Vma before = vmas[i - 1];
            Vma vma = vmas[i];
            long table = vma.StartVpn >> 9;
            if ((before.EndVpn - 1) >> 9 == table)
            {
                _keyOfTable[vma.FirstPage >> 9] = TableKey(before, table);
            }
        }
    }
}
