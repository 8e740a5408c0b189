using SecondLook.Contracts.Runs;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// A laptop whose memory a VM and the host's own programs share: a user opens tabs, each with memory of its own, while the VM works on a small
/// part of what it once touched. What a policy takes from the wrong side shows as pages read back when a tab is opened.
/// </summary>
/// <remarks>
/// <para>
/// Models: the experiment of the two-patch series of 2024-10-19 in direction, not in size: tab-open latency with the classic lists, with MGLRU that
/// asks no secondary MMU in aging, and with one that does. All sizes below were written down before the first run:
/// 6,144 pages of memory; 40 tabs of 160 pages; tabs chosen by Zipf 0.9, all pages of a tab touched when it is opened (3 in 10 written), 40
/// of them again while it is used; a VM of 2,048 pages, all touched once when it starts, a quarter of them hot; between two tabs 400 accesses of the
/// hot quarter and 20 of the rest; 400 tabs opened, the first 80 not counted; 2 s between tabs.
/// </para>
/// <para>
/// Those pages of memory are the machine's, without a cgroup limit: kswapd, watermarks, direct reclaim. The first version gave them to a cgroup (memory.max), whose reclaim has
/// no kswapd; that was changed after its run, no parameter was.
/// </para>
/// Omits: time of I/O. A tab's cost is the number of its pages that have to be read back.
/// </remarks>
public sealed class TabsBesideVm
{
    private const int MemoryPages = 6144;
    private const int Tabs = 40;
    private const int TabPages = 160;
    private const int UsedAgain = 40;
    private const int VmHotAccesses = 400;
    private const int VmColdAccesses = 20;
    private const int Opened = 400;
    private const int WarmUp = 80;
    private const int HotShare = 4;
    private const double Skew = 0.9;
    private const long OpenNs = 2_000_000_000;
    private readonly HostSetup _setup;
    private readonly int _vmPages;

    /// <summary>Prepares a run.</summary>
    /// <param name="setup">Rules of the host.</param>
    /// <param name="vmPages">Memory of the VM, pages; 2,048 in the base case.</param>
    public TabsBesideVm(HostSetup setup, int vmPages = 2048)
    {
        _setup = setup;
        _vmPages = vmPages;
    }

    /// <summary>Pages of the VM that were taken and read back in the counted part.</summary>
    public long VmRefaults { get; private set; }

    /// <summary>Runs the session.</summary>
    /// <param name="seed">Seed of tabs and accesses.</param>
    /// <returns>Pages read back for each counted tab, in order of opening.</returns>
    public List<int> Run(ulong seed)
    {
        GuestPages guest = GuestPages.FromSlots([new SlotPages("vm", 1, 0x40000, _vmPages, 0x600000000000, 0)]);
        HostModel host = new(guest, _setup, new ReclaimObserver(), OpenNs);
        host.Reclaim.MachinePages = MemoryPages;
        int tabs = host.AddHostProcess("browser", _setup, 0x7f0000000, Tabs * TabPages);
        Xoshiro256 random = new(seed, "workload.tabs");
        double[] cumulative = Zipf();
        for (int page = 0; page < _vmPages; page++)
        {
            host.GuestAccess(page, write: true, cpu: 1);
        }
        List<int> costs = [];
        for (int opened = 0; opened < Opened; opened++)
        {
            host.Reclaim.NowNs += OpenNs;
            int tab = tabs + (Choose(cumulative, random) * TabPages);
            int cost = 0;
            for (int i = 0; i < TabPages; i++)
            {
                cost += host.PrivateHostAccess(tab + i, random.NextBelow(10) < 3, cpu: 0) == FaultKind.Major ? 1 : 0;
            }
            for (int i = 0; i < UsedAgain; i++)
            {
                host.PrivateHostAccess(tab + (int)random.NextBelow(TabPages), write: false, cpu: 0);
            }
            long before = host.Reclaim.Counters.Refault[0];
            Work(host, random);
            if (opened >= WarmUp)
            {
                costs.Add(cost);
                VmRefaults += host.Reclaim.Counters.Refault[0] - before;
            }
        }
        host.CheckInvariants();
        return costs;
    }

    private void Work(HostModel host, Xoshiro256 random)
    {
        int hot = _vmPages / HotShare;
        for (int i = 0; i < VmHotAccesses; i++)
        {
            host.GuestAccess((int)random.NextBelow((ulong)hot), random.NextBelow(4) == 0, cpu: 1);
        }
        for (int i = 0; i < VmColdAccesses; i++)
        {
            host.GuestAccess(hot + (int)random.NextBelow((ulong)(_vmPages - hot)), write: false, cpu: 1);
        }
    }

    private static double[] Zipf()
    {
        double[] cumulative = new double[Tabs];
        double sum = 0;
        for (int i = 0; i < Tabs; i++)
        {
            sum += 1 / Math.Pow(i + 1, Skew);
            cumulative[i] = sum;
        }
        return cumulative;
    }

    private static int Choose(double[] cumulative, Xoshiro256 random)
    {
        double at = (random.Next() >> 11) * (1.0 / (1UL << 53)) * cumulative[^1];
        int index = Array.BinarySearch(cumulative, at);
        return Math.Min(index < 0 ? ~index : index, cumulative.Length - 1);
    }
}
