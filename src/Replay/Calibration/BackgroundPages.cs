using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Calibration;

/// <summary>
/// The pages of the capture program itself, which stand at the old end of the lists: some never used again, some used by the program in every
/// batch of accesses, some by the guest alone (its page tables and code), and the file pages of its logs.
/// </summary>
/// <remarks>Numbers as calibration.md section 3 gives them; only their total is taken from the capture.</remarks>
public sealed class BackgroundPages
{
    // 14 to 26 pages hold zeros. The page of data in front of them makes the first swap request short, which decides when the
    // plug of newer kernels issues.
    private const int FirstZero = 1;
    private const int ZeroPages = 26;
    private const int UsedByProgram = 9;
    private const int UsedByGuest = 7;
    private const ulong ProgramHostPage = 0x400;
    private const ulong ControlHostPage = 0x500000000;
    private const ulong ControlGfn = 1UL << 36;
    private const int MostFilePages = 4096;
    private const int OnTheList = -1;
    private const int BatchesPerLogPage = 64;
    private readonly HostModel _host;
    private readonly int _idle;
    private readonly int _programFirst;
    private readonly int _controlFirst;
    private readonly int _fileFirst;
    private readonly int _cpu;
    private int _filePages;
    private int _batches;
    private int _batchLog = -1;
    private int _runLog = -1;

    /// <summary>Puts the program's pages into a host.</summary>
    /// <param name="host">The host, before any access.</param>
    /// <param name="pages">Anon pages of the program at start.</param>
    /// <param name="listed">Of them on the lists already; the others wait in an insertion batch.</param>
    /// <param name="cpu">CPU of the program's main thread.</param>
    public BackgroundPages(HostModel host, int pages, int listed, int cpu)
    {
        _host = host;
        _cpu = cpu;
        _idle = Math.Max(0, pages - UsedByProgram - UsedByGuest);
        _programFirst = host.AddPrivate(ProgramHostPage, _idle + UsedByProgram, null);
        _controlFirst = host.AddPrivate(ControlHostPage, UsedByGuest, ControlGfn);
        _fileFirst = host.Reclaim.AddFilePages(host.Memcg, MostFilePages);
        for (int i = 0; i < pages; i++)
        {
            if (i == listed)
            {
                host.Reclaim.DrainBatches();
            }
            bool control = i >= _idle + UsedByProgram;
            host.PrivateHostAccess(control ? _controlFirst + (i - _idle - UsedByProgram) : _programFirst + i, write: true, cpu);
            if (i < Math.Min(_idle, FirstZero + ZeroPages) && i >= FirstZero)
            {
                host.Reclaim.Folios.Change(_programFirst + i, FolioFlags.Zero);
            }
        }
    }

    /// <summary>What happens around a batch of guest accesses: the program fills the mailbox, the guest walks its tables.</summary>
    /// <param name="vcpuCpu">CPU of the vCPU.</param>
    public void BeginBatch(int vcpuCpu)
    {
        if (_batches++ % BatchesPerLogPage == 0)
        {
            _batchLog = AddFilePage(_cpu);
            _runLog = _runLog < 0 ? AddFilePage(_cpu) : _runLog;
        }
        Append(_batchLog);
        Append(_runLog);
        for (int i = 0; i < UsedByProgram; i++)
        {
            _host.PrivateHostAccess(_programFirst + _idle + i, write: true, _cpu);
        }
        for (int i = 0; i < UsedByGuest; i++)
        {
            _host.PrivateGuestAccess(_controlFirst + i, ControlGfn + (ulong)i, write: i < 2, vcpuCpu);
        }
    }

    /// <summary>Brings the file lists to a size that a snapshot told.</summary>
    public void SetFilePages(long pages)
    {
        long listed = FilePages();
        while (listed < pages && _filePages < MostFilePages)
        {
            AddFilePage(OnTheList);
            listed++;
        }
    }

    private int AddFilePage(int cpu)
    {
        int page = _fileFirst + Math.Min(_filePages++, MostFilePages - 1);
        _host.Reclaim.ReadFilePage(page, dirty: true, inFault: false, cpu);
        return page;
    }

    /// <summary>The program appends a line to a log: a buffered write marks the page.</summary>
    private void Append(int page)
    {
        _host.Reclaim.ReadFilePage(page, dirty: true, inFault: false, _cpu);
        _host.Reclaim.MarkAccessed(page);
    }

    private long FilePages() => Math.Max(0, _host.Reclaim.Policy.Evictable(_host.Memcg, 1));
}
