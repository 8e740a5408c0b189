using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Calibration;

/// <summary>
/// Anon pages of the capture program (kvmtouch of the capture kit): statics and heap, the control slot with the guest's code, tables and
/// mailboxes, and one thread per vCPU. They are faulted in the order of the program's source and used as it uses them.
/// </summary>
/// <remarks>
/// Models: the program as built statically with glibc, whose thread creation fills the thread-local log with zeros. Omits: reuse of freed heap.
/// </remarks>
internal sealed class ProgramPages
{
    private const ulong HeapHostPage = 0x4de;
    private const ulong ControlHostPage = 0x500000000;
    private const ulong ThreadHostPage = 0x7f0000000;
    private const ulong ThreadStride = 0x801;
    private const ulong ControlGfn = 1UL << 36;
    private const int CodePage = 1;
    private const int MailboxPage = 0x10;
    private const int MailboxStride = 0x20;
    private const int ListPage = 1;
    private const int StampPage = 10;
    private const int TablePage = 0x100;
    private const int UsedTables = 4;
    private const int Tables = 6;
    private const int MostLate = 64;
    private const int EntriesPerPage = 512;
    private const int RanksPerPage = 1024;
    private const int Gathered = 1;

    private readonly HostModel _host;
    private readonly ProgramShape _shape;
    private readonly int _heap;
    private readonly int _control;
    private readonly int _controlPages;
    private readonly int[] _threads;
    private readonly List<int> _usedByMain = [];
    private readonly List<int> _usedByActions = [];
    private readonly List<int> _usedBySnapshots = [];
    private readonly int[] _addresses;
    private readonly bool _exist;
    private readonly int _firstRank;
    private readonly int _firstLate;
    private int _weights;
    private int _firstRankUsed;
    private int _ranksUsed;

    /// <summary>Puts the program's pages into a host.</summary>
    /// <param name="host">The host, before any access.</param>
    /// <param name="shape">How much there is.</param>
    /// <param name="mainCpu">CPU of the main thread.</param>
    /// <param name="cpuOfVcpu">CPU of each vCPU thread.</param>
    /// <param name="exist">Off, none is ever used.</param>
    public ProgramPages(HostModel host, ProgramShape shape, int mainCpu, Func<int, int> cpuOfVcpu, bool exist)
    {
        _exist = exist;
        _host = host;
        _shape = shape;
        _firstLate = shape.HeapPages;
        _heap = host.AddPrivate(HeapHostPage, shape.HeapPages + MostLate, null);
        int controlPages = TablePage + Tables + (shape.SmallGuestPages ? ProgramShape.ControlTables + shape.DataTables : 0);
        controlPages = Math.Max(controlPages, MailboxPage + (shape.Vcpus * MailboxStride));
        _control = host.AddPrivate(ControlHostPage, controlPages, ControlGfn);
        _controlPages = controlPages;
        _threads = new int[shape.Vcpus];
        _addresses = new int[shape.Vcpus];
        for (int v = 0; v < shape.Vcpus; v++)
        {
            _threads[v] = host.AddPrivate(ThreadHostPage - ((ulong)v * ThreadStride), v < shape.HugeThreads ? ProgramShape.HugePages : ProgramShape.ThreadPages, null);
        }
        _firstRank = Fault(mainCpu, cpuOfVcpu);
    }

    /// <summary>Model page of a frame of the control slot, counted from its begin; -1 outside it.</summary>
    public int ControlPageOf(long offset) => offset >= 0 && offset < _controlPages ? _control + (int)offset : -1;

    /// <summary>The plan draws from a range of ranks from here on.</summary>
    /// <param name="first">First rank.</param>
    /// <param name="count">Ranks; 0 when pages are taken in order.</param>
    /// <param name="weighted">A table of weights, 8 bytes each, is searched for each draw.</param>
    /// <param name="mainCpu">CPU of the main thread.</param>
    public void Draw(long first, long count, bool weighted, int mainCpu)
    {
        _firstRankUsed = (int)(first % Math.Max(1, _shape.DataPages) / RanksPerPage);
        _ranksUsed = count == 0 ? 0 : (int)Math.Min(_shape.RankPages, (((first % RanksPerPage) + count - 1) / RanksPerPage) + 1);
        int weights = weighted ? (int)Math.Min(MostLate - Gathered - _shape.Vcpus - 1, (count + EntriesPerPage - 1) / EntriesPerPage) : 0;
        for (int i = _weights; i < weights; i++)
        {
            Use(_heap + _firstLate + Gathered + _shape.Vcpus + i, write: true, mainCpu);
        }
        _weights = Math.Max(_weights, weights);
    }

    /// <summary>The main thread hands a batch over, the vCPU thread writes its mailbox, the guest begins.</summary>
    public void BeginBatch(int vcpu, int mainCpu, int vcpuCpu)
    {
        vcpu = Math.Clamp(vcpu, 0, _shape.Vcpus - 1);
        foreach (int page in _usedByMain)
        {
            Use(page, write: true, mainCpu);
        }
        for (int i = 0; i < _ranksUsed; i++)
        {
            int rank = (_firstRankUsed + i) % _shape.RankPages;
            Use(_firstRank + rank, write: false, mainCpu);
        }
        if (_ranksUsed > 0)
        {
            for (int i = 0; i < _weights; i++)
            {
                Use(_heap + _firstLate + Gathered + _shape.Vcpus + i, write: false, mainCpu);
            }
        }
        // Addresses of the batch, gathered and copied for this vCPU.
        Use(_heap + _firstLate, write: true, mainCpu);
        Use(_addresses[vcpu], write: true, mainCpu);
        TouchThread(vcpu, vcpuCpu);
        int mailbox = MailboxPage + (vcpu * MailboxStride);
        Use(_control + mailbox + ListPage, write: true, vcpuCpu);
        Use(_control + mailbox, write: true, vcpuCpu);
        if (_shape.X86)
        {
            GuestTables(vcpuCpu);
        }
        Guest(_shape.X86 ? CodePage : 0, write: false, vcpuCpu);
        Guest(mailbox, write: true, vcpuCpu);
        Guest(mailbox + ListPage, write: false, vcpuCpu);
    }

    /// <summary>The guest stamps its first access.</summary>
    public void Stamp(int vcpu, int vcpuCpu) => Guest(MailboxPage + (Math.Clamp(vcpu, 0, _shape.Vcpus - 1) * MailboxStride) + StampPage, write: true, vcpuCpu);

    /// <summary>The vCPU thread reads the stamps and fills its log.</summary>
    public void EndBatch(int vcpu, int vcpuCpu)
    {
        vcpu = Math.Clamp(vcpu, 0, _shape.Vcpus - 1);
        TouchThread(vcpu, vcpuCpu);
        Use(_control + MailboxPage + (vcpu * MailboxStride) + StampPage, write: false, vcpuCpu);
        for (int i = 0; vcpu >= _shape.HugeThreads && i < _shape.LogPages; i++)
        {
            Use(_threads[vcpu] + 2 + i, write: true, vcpuCpu);
        }
    }

    /// <summary>The main thread writes down a step of the plan.</summary>
    public void Act(int mainCpu)
    {
        foreach (int page in _usedByActions)
        {
            Use(page, write: true, mainCpu);
        }
    }

    /// <summary>The main thread copies kernel files.</summary>
    public void Snapshot(int mainCpu)
    {
        foreach (int page in _usedBySnapshots)
        {
            Use(page, write: true, mainCpu);
        }
    }

    /// <summary>The main thread writes down the time of a snapshot: the buffer of that file is the last of the heap.</summary>
    public void Time(int mainCpu) => Use(_heap + _firstLate + MostLate - 1, write: true, mainCpu);

    private void TouchThread(int vcpu, int cpu)
    {
        if (vcpu < _shape.HugeThreads)
        {
            TouchHuge(vcpu, cpu);
            return;
        }
        Use(_threads[vcpu], write: true, cpu);
        Use(_threads[vcpu] + 1, write: true, cpu);
        Use(_threads[vcpu] + ProgramShape.ThreadPages - 1, write: true, cpu);
    }

    // One accessed bit stands for all: base pages of a huge page are as young as the youngest.
    private void TouchHuge(int vcpu, int cpu)
    {
        for (int i = 0; i < ProgramShape.HugePages; i++)
        {
            Use(_threads[vcpu] + i, write: true, cpu);
        }
    }

    private void GuestTables(int cpu)
    {
        for (int i = 0; i < UsedTables; i++)
        {
            Table(TablePage + i, cpu);
        }
        if (_shape.SmallGuestPages)
        {
            Table(TablePage + Tables, cpu);
            for (int i = 0; i < _shape.DataTables; i++)
            {
                Table(TablePage + Tables + ProgramShape.ControlTables + i, cpu);
            }
        }
    }

    // A shadow MMU never maps the guest's tables for the guest: KVM reads them through the process.
    private void Table(int offset, int cpu)
    {
        if (_shape.Shadow)
        {
            Use(_control + offset, write: false, cpu);
        }
        else
        {
            Guest(offset, write: true, cpu);
        }
    }

    private void Guest(int offset, bool write, int cpu)
    {
        if (_exist)
        {
            _host.PrivateGuestAccess(_control + offset, ControlGfn + (ulong)offset, write, cpu);
        }
    }

    private void Use(int page, bool write, int cpu)
    {
        if (_exist)
        {
            _host.PrivateHostAccess(page, write, cpu);
        }
    }

    /// <summary>First use of every page that exists at start, in the program's order.</summary>
    /// <returns>Page of the first ranks.</returns>
    private int Fault(int mainCpu, Func<int, int> cpuOfVcpu)
    {
        int faulted = 0;
        int heap = 0;
        int spare = Math.Max(0, _shape.HeapPages - _shape.UsualHeap);
        // Lines of the plan, buffers of the first files, statics.
        Heap(spare, null);
        Heap(2, _usedByActions);
        if (_shape.X86)
        {
            Touch(_control + CodePage, mainCpu);
            for (int i = 0; i < _shape.ControlPages - 1; i++)
            {
                Touch(_control + TablePage + i, mainCpu);
            }
        }
        else
        {
            Heap(1, _usedByMain);
            Touch(_control, mainCpu);
        }
        for (int v = 0; v < _shape.Vcpus; v++)
        {
            // On x86 the list of CPU features is read into memory that the vCPU's addresses take over.
            _addresses[v] = _heap + heap + (_shape.X86 && v == 0 ? 1 : 0);
            Heap(_shape.VcpuHeap(v), null);
            int thread = _threads[v];
            if (v < _shape.HugeThreads)
            {
                TouchHuge(v, mainCpu);
                faulted += ProgramShape.HugePages;
                // A large folio empties the batch that it enters (folio_batch_add_and_move, mm/swap.c).
                _host.Reclaim.DrainBatches();
                continue;
            }
            // The descriptor is above the log on x86, below it on arm64.
            if (_shape.X86)
            {
                Touch(thread + ProgramShape.ThreadPages - 1, mainCpu);
            }
            for (int i = 1; i < ProgramShape.ThreadPages - 1; i++)
            {
                Touch(thread + i, mainCpu);
                if (i > 1)
                {
                    _host.Reclaim.Folios.Change(thread + i, FolioFlags.Zero);
                }
            }
            if (!_shape.X86)
            {
                Touch(thread + ProgramShape.ThreadPages - 1, mainCpu);
            }
            Touch(thread, cpuOfVcpu(v));
        }
        Heap(1, _shape.X86 ? null : _usedByActions);
        int rank = _heap + heap;
        Heap(_shape.RankPages + _shape.ExtraRankPages - (_shape.RankPages - 1), null);
        Heap(_shape.X86 ? 0 : 1, null);
        Heap(1, _usedByActions);
        Heap(1, _usedByMain);
        Heap(2, _usedBySnapshots);
        return rank;

        void Heap(int pages, List<int>? use)
        {
            for (int i = 0; i < pages && heap < _shape.HeapPages; i++)
            {
                use?.Add(_heap + heap);
                Touch(_heap + heap++, mainCpu);
            }
        }

        void Touch(int page, int cpu)
        {
            if (faulted++ == _shape.Listed && faulted > 1)
            {
                _host.Reclaim.DrainBatches();
            }
            Use(page, write: true, cpu);
        }
    }
}
