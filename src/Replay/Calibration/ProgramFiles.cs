using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Calibration;

/// <summary>
/// File pages of the capture program: its logs, the copies that a snapshot makes of kernel files, directories and inode tables. All are
/// written and never read; like every new page they wait in the insertion batch of the main thread's CPU.
/// </summary>
/// <remarks>
/// Models: buffered writes to ext4 of 6.1 to 7.2, which mark no page accessed (only reads do); metadata blocks are marked by each lookup.
/// Omits: bitmaps and the journal (the file system has none).
/// </remarks>
internal sealed class ProgramFiles
{
    private const int MostPages = 8192;
    private const int PageBytes = 4096;
    private const int InodesPerBlock = 16;
    private const int BytesPerRun = 20;

    // BH_LRU_SIZE of fs/buffer.c; each new file also looks up two bitmaps and a group descriptor, which are not the program's.
    private const int HeldBuffers = 16;
    private const int BlocksOfOthers = 3;

    private readonly HostModel _host;
    private readonly int _first;
    private readonly bool _longStatistics;
    private readonly bool _exist;
    private readonly List<int> _held = [];
    private int _pages;
    private int _inodes;
    private int _inodeBlock = -1;
    private int _directory = -1;
    private int _snapshots;
    private int _actions = -1;
    private int _actionBytes;
    private int _batches;
    private int _batchBytes;

    /// <summary>Makes the files that exist before the first step: the list of memslots and the log of the run.</summary>
    /// <param name="host">The host.</param>
    /// <param name="longStatistics">lru_gen_full needs two pages (6.1 prints more figures).</param>
    /// <param name="mainCpu">CPU of the main thread.</param>
    /// <param name="exist">Off, nothing is ever written.</param>
    public ProgramFiles(HostModel host, bool longStatistics, int mainCpu, bool exist)
    {
        _exist = exist;
        _host = host;
        _longStatistics = longStatistics;
        _first = host.Reclaim.AddFilePages(host.Memcg, MostPages);
        Add(mainCpu);
        Add(mainCpu);
        _inodes = 2;
    }

    /// <summary>The folder of a snapshot and its first file, before anything is read.</summary>
    public void BeginSnapshot(int cpu)
    {
        if (_snapshots++ == 0)
        {
            _directory = Add(cpu);
            Inode(cpu);
        }
        _directory = Add(cpu);
        Inode(cpu);
        Create(cpu);
    }

    /// <summary>Copies of lru_gen, lru_gen_full, vmstat and smaps_rollup.</summary>
    public void CopyKernelFiles(int cpu)
    {
        Add(cpu);
        for (int i = 0; i < 3; i++)
        {
            Create(cpu);
            Add(cpu);
        }
        if (_longStatistics)
        {
            Add(cpu);
        }
    }

    /// <summary>Copies of memory.stat and four more files of the cgroup, and the time.</summary>
    public void CopyCgroupFiles(int cpu)
    {
        for (int i = 0; i < 6; i++)
        {
            Create(cpu);
            Add(cpu);
        }
    }

    /// <summary>A residency file.</summary>
    /// <param name="runs">Runs of pages that it lists.</param>
    /// <param name="cpu">CPU of the main thread.</param>
    public void Residency(int runs, int cpu)
    {
        Create(cpu);
        for (int i = 0; i <= runs * BytesPerRun / PageBytes; i++)
        {
            Add(cpu);
        }
    }

    /// <summary>A line of the log of actions, written at once.</summary>
    public void Act(int bytes, int cpu)
    {
        if (_actions < 0 || (_actionBytes % PageBytes) + bytes > PageBytes)
        {
            _actions = Add(cpu);
        }
        else
        {
            Write(_actions, cpu);
        }
        _actionBytes += bytes;
    }

    /// <summary>A line of the log of batches, written a page at a time.</summary>
    public void Batch(int bytes, int cpu)
    {
        _batches++;
        _batchBytes += bytes;
        if (_batchBytes >= PageBytes)
        {
            _batchBytes -= PageBytes;
            Add(cpu);
        }
    }

    /// <summary>Batches so far.</summary>
    public int Batches => _batches;

    private void Create(int cpu)
    {
        Inode(cpu);
        Mark(_directory, cpu);
    }

    private void Inode(int cpu)
    {
        if (_inodes++ % InodesPerBlock == 0 || _inodeBlock < 0)
        {
            _inodeBlock = Add(cpu);
        }
        Mark(_inodeBlock, cpu);
    }

    private void Mark(int page, int cpu)
    {
        if (page >= 0)
        {
            Write(page, cpu);
            if (_exist)
            {
                _host.Reclaim.MarkAccessed(page);
                Hold(page);
            }
        }
    }

    /// <summary>A block of metadata is looked up: the CPU keeps its buffer, and lets go of the one looked up longest ago.</summary>
    private void Hold(int page)
    {
        if (!_held.Remove(page) && _held.Count == HeldBuffers - BlocksOfOthers)
        {
            _host.Reclaim.Folios.Change(_held[0], FolioFlags.None, FolioFlags.BuffersBusy);
            _held.RemoveAt(0);
        }
        _held.Add(page);
        _host.Reclaim.Folios.Change(page, FolioFlags.BuffersBusy);
    }

    private int Add(int cpu)
    {
        int page = _first + Math.Min(_pages++, MostPages - 1);
        Write(page, cpu);
        return page;
    }

    private void Write(int page, int cpu)
    {
        if (_exist)
        {
            _host.Reclaim.ReadFilePage(page, dirty: true, inFault: false, cpu);
        }
    }
}
