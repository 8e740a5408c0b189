namespace SecondLook.Replay.Calibration;

/// <summary>What decides how much memory the capture program itself holds.</summary>
/// <param name="Pages">Anon pages of the program at the first snapshot.</param>
/// <param name="Listed">Of them on the lists by then; the others wait in an insertion batch.</param>
/// <param name="Vcpus">vCPU threads.</param>
/// <param name="Batch">Accesses that a vCPU gets at once.</param>
/// <param name="DataPages">Guest data pages.</param>
/// <param name="DataTables">Page-table pages that map the data slots by 4 KiB entries.</param>
/// <param name="X86">The guest has page tables of its own in the control slot.</param>
/// <param name="Shadow">KVM reads those tables in software.</param>
/// <param name="Huge">Of <paramref name="Pages"/>, how many are base pages of transparent huge pages.</param>
public readonly record struct ProgramShape(int Pages, int Listed, int Vcpus, int Batch, int DataPages, int DataTables, bool X86, bool Shadow, int Huge)
{
    /// <summary>Base pages of a transparent huge page.</summary>
    public const int HugePages = 512;


    /// <summary>Pages of one thread: its stack, 16 pages of thread-local log and the page of its descriptor.</summary>
    public const int ThreadPages = 18;

    /// <summary>Page-table pages of the control slot when the guest maps by 4 KiB entries.</summary>
    public const int ControlTables = 4;

    private const int EntriesPerTable = 512;
    private const int RanksPerPage = 1024;
    private const int MapThreshold = 32;

    // The thread-local log starts at about this offset of its first page, below the descriptor at the end of the mapping.
    private const int LogOffset = 0x6c0;
    private const int LogRecord = 16;
    private const int PlainHeap = 8;

    // The stack of main and one page of statics; on x86 they are in use before the cgroup is entered.
    private const int MoreOnArm64 = 2;

    /// <summary>Pages that hold the order of the data pages (4 bytes each).</summary>
    public int RankPages => Math.Max(1, (DataPages + RanksPerPage - 1) / RanksPerPage);

    /// <summary>Pages of the thread-local log that a batch fills, the first not counted: they hold zeros until then.</summary>
    public int LogPages => Math.Clamp((Batch * LogRecord) - (PageBytes - LogOffset) + PageBytes - 1, 0, (ThreadPages - 3) * PageBytes) / PageBytes;

    /// <summary>Whether the guest maps its memory by 4 KiB entries: the number of pages at start cannot be explained otherwise.</summary>
    public bool SmallGuestPages => X86 && Pages - Fixed - UsualHeap >= (ControlTables + DataTables) / 2;

    /// <summary>Pages of the control slot before the first batch.</summary>
    public int ControlPages => !X86 ? 1 : ControlBase + (SmallGuestPages ? ControlTables + DataTables : 0);

    /// <summary>Heap and static pages at start.</summary>
    public int HeapPages => Math.Max(0, Pages - ControlPages - Threads);

    /// <summary>
    /// First threads whose stack begins in a huge page. Only a stack can: the mapping above the first one may join it, by where the kernel happened
    /// to put both, so that the aligned range around its first page belongs to one mapping; heap and statics are too small.
    /// </summary>
    public int HugeThreads => Math.Min(Vcpus, Huge / HugePages);

    /// <summary>Pages of ranks beyond the first, and of the permutation that made them where malloc keeps it.</summary>
    public int ExtraRankPages => RankPages >= MapThreshold ? RankPages - 1 : 2 * (RankPages - 1);

    /// <summary>Heap and static pages that such a run has at start.</summary>
    public int UsualHeap
    {
        get
        {
            int pages = PlainHeap + ExtraRankPages + (X86 ? 0 : MoreOnArm64);
            for (int v = 0; v < Vcpus; v++)
            {
                pages += VcpuHeap(v);
            }
            return pages;
        }
    }

    private const int ControlBase = 7;
    private const int PageBytes = 4096;

    private int Threads => (HugeThreads * HugePages) + ((Vcpus - HugeThreads) * ThreadPages);

    private int Fixed => (X86 ? ControlBase : 1) + Threads;

    /// <summary>The usual number of pages, where a capture does not tell.</summary>
    public static int UsualPages(int vcpus, bool x86, int dataPages)
    {
        ProgramShape shape = new(0, 0, vcpus, 0, dataPages, 0, x86, false, 0);
        return shape.Fixed + shape.UsualHeap;
    }

    /// <summary>Heap pages in use when a vCPU was made: x86 reads the list of CPU features, arm64 has only the vCPU's addresses.</summary>
    /// <param name="vcpu">Number of the vCPU.</param>
    public int VcpuHeap(int vcpu) => !X86 ? 1 : vcpu == 0 ? 3 : 2;

    /// <summary>Page-table pages for a slot.</summary>
    public static int TablesOf(long pages) => (int)((pages + EntriesPerTable - 1) / EntriesPerTable);
}
