namespace SecondLook.Replay.Replacement;

/// <summary>What backs a range of virtual addresses.</summary>
public enum VmaKind
{
    /// <summary>Private anonymous memory.</summary>
    Anon,

    /// <summary>Shared memory or tmpfs: type anon.</summary>
    Shmem,

    /// <summary>Pages of an ordinary file.</summary>
    File,
}

/// <summary>Properties of a range that reclaim asks for.</summary>
[Flags]
public enum VmaFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Marked for sequential reading.</summary>
    SequentialRead = 1,

    /// <summary>Marked for random reading, or its file for no reuse.</summary>
    NoRecency = 2,

    /// <summary>Locked in memory.</summary>
    Mlocked = 4,

    /// <summary>PFN-mapped or otherwise special: never walked.</summary>
    Special = 8,

    /// <summary>Mapped executable.</summary>
    Exec = 16,

    /// <summary>Not accessible.</summary>
    Inaccessible = 32,

    /// <summary>hugetlb.</summary>
    Huge = 64,
}

/// <summary>One range of an address space; its pages have consecutive ids, congruent to the virtual page number modulo 512.</summary>
/// <param name="StartVpn">First virtual page number (address divided by 4096).</param>
/// <param name="Pages">Length in pages.</param>
/// <param name="FirstPage">Id of the first page.</param>
/// <param name="Kind">What backs it.</param>
/// <param name="Flags">Special properties.</param>
public sealed record Vma(long StartVpn, int Pages, int FirstPage, VmaKind Kind, VmaFlags Flags)
{
    /// <summary>First virtual page number after the range.</summary>
    public long EndVpn => StartVpn + Pages;

    /// <summary>Id after the last page.</summary>
    public int EndPage => FirstPage + Pages;
}

/// <summary>One process (mm): its ranges in address order and what reclaim remembers about it.</summary>
/// <remarks>Models: struct mm_struct and lru_gen_mm_list. Omits: locks; a trylock that fails is a switch of the run.</remarks>
public sealed class AddressSpace
{
    private readonly List<Vma> _vmas = [];

    internal AddressSpace(int id, Memcg memcg, bool hasNotifiers)
    {
        Id = id;
        Memcg = memcg;
        HasNotifiers = hasNotifiers;
    }

    /// <summary>Dense number in order of creation.</summary>
    public int Id { get; }

    /// <summary>The cgroup that is charged.</summary>
    public Memcg Memcg { get; }

    /// <summary>At least one mmu_notifier subscription: true for a VM process.</summary>
    public bool HasNotifiers { get; set; }

    /// <summary>A CPU switched to the mm since the last walk.</summary>
    public bool Used { get; set; } = true;

    /// <summary>The process never stops running: its used bit is set again as soon as it is cleared.</summary>
    public bool AlwaysUsed { get; set; }

    /// <summary>The process is exiting.</summary>
    public bool Exiting { get; set; }

    /// <summary>Pages mapped in the primary page table, by type.</summary>
    public long[] MappedPages { get; } = new long[2];

    /// <summary>Ranges in ascending address order.</summary>
    public IReadOnlyList<Vma> Vmas => _vmas;

    internal void Add(Vma vma)
    {
        int at = 0;
        while (at < _vmas.Count && _vmas[at].StartVpn < vma.StartVpn)
        {
            at++;
        }
        _vmas.Insert(at, vma);
    }
}
