using System.Globalization;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// A host under one kernel's model that records itself as a capture would: the tracepoints of KVM, the commands, and what the guest touched.
/// </summary>
/// <remarks>
/// Models: the capture kit's program (one VMM thread that also gives the commands, one vCPU thread a VM), on <see cref="HostModel"/>.
/// Omits: tracepoints of reclaim itself; time that a command takes.
/// </remarks>
public sealed class ModelledHost
{
    private const long StartNs = 1_000_000_000;
    private const long AccessNs = 20_000;
    private const long CommandNs = 1_000_000;
    private const int VcpuTask = 1;
    private const int ReclaimChunk = 32;
    private const int FruitlessTries = 8;
    private readonly HostModel _host;
    private readonly GuestPages _guest;
    private readonly Dictionary<string, List<string>> _truth = new(StringComparer.Ordinal);
    private readonly List<string> _actions = ["step,t0_mono_ns,t1_mono_ns,action,rc,detail"];
    private long _nowNs = StartNs;
    private long _phaseBeginNs = StartNs;
    private readonly int _kswapd;
    private int _step;
    private bool _inPhase;

    /// <summary>Builds an empty host.</summary>
    /// <param name="slots">Memslots of its VMs, in order of VM.</param>
    /// <param name="setup">Rules of the kernel that is traced.</param>
    /// <param name="machinePages">Memory of the machine, pages; 0 when only commands free any.</param>
    public ModelledHost(IReadOnlyList<SlotPages> slots, HostSetup setup, long machinePages = 0)
    {
        Slots = slots;
        _guest = GuestPages.FromSlots(slots);
        _host = new HostModel(_guest, machinePages > 0 ? setup with { OwnMemcgs = true } : setup, new KswapdTask(this), StartNs);
        _host.Reclaim.MachinePages = machinePages;
        Trace = new NotifierTrace { NowNs = StartNs };
        Trace.Tasks[0] = "kvm-100";
        for (int i = 0; i < _host.Processes.Count; i++)
        {
            _truth.Add(_host.Processes[i].Name, ["t_mono_ns,vcpu,step,gfn,op"]);
            Trace.Tasks.Add(string.Create(CultureInfo.InvariantCulture, $"CPU 0/KVM-{(100 * (i + 1)) + 1}"));
            _host.Processes[i].Notifier.Record(Trace);
        }
        _kswapd = Trace.Tasks.Count;
        Trace.Tasks.Add("kswapd0-55");
    }

    /// <summary>Memslots.</summary>
    public IReadOnlyList<SlotPages> Slots { get; }

    /// <summary>What the kernel traced.</summary>
    public NotifierTrace Trace { get; }

    /// <summary>Names of the VMs, in order of their first slot.</summary>
    public IEnumerable<string> Vms => _truth.Keys;

    /// <summary>Lines of a VM's <c>truth.csv</c>.</summary>
    public IReadOnlyList<string> TruthOf(string vm) => _truth[vm];

    /// <summary>Lines of <c>actions.csv</c>.</summary>
    public IReadOnlyList<string> Actions => _actions;

    /// <summary>The guest, or an L2 in it, touches a page.</summary>
    /// <param name="page">Dense page id, from 0 over all slots.</param>
    /// <param name="write">Stores.</param>
    /// <param name="nested">The L2 does.</param>
    public void Touch(int page, bool write, bool nested = false)
    {
        Begin();
        string vm = _guest.SlotOf(page).Vm;
        Move(AccessNs, VcpuTask + _host.Processes.FindIndex(p => p.Name == vm));
        if (!_host.GuestAccess(page, write, cpu: 1, vcpu: 0, nested))
        {
            throw new InvalidOperationException($"no room for page {page}");
        }
        string op = (nested, write) switch { (true, true) => "NW", (true, false) => "NR", (false, true) => "W", _ => "R" };
        _truth[vm].Add(string.Create(CultureInfo.InvariantCulture, $"{_nowNs + 1000},0,{_step},0x{_guest.GfnOf(page):x},{op}"));
    }

    /// <summary>The process that has a page touches it through its own page tables.</summary>
    /// <param name="page">Dense page id, from 0 over all slots.</param>
    /// <param name="write">Stores.</param>
    public void HostTouch(int page, bool write)
    {
        Begin();
        Move(AccessNs, 0);
        if (!_host.HostAccess(page, write, cpu: 0))
        {
            throw new InvalidOperationException($"no room for page {page}");
        }
        _truth[_guest.SlotOf(page).Vm].Add(string.Create(CultureInfo.InvariantCulture, $"{_nowNs + 1000},-1,{_step},0x{_guest.GfnOf(page):x},{(write ? "W" : "R")}"));
    }

    /// <summary>The guest does nothing for a while.</summary>
    /// <param name="ns">How long.</param>
    public void Idle(long ns)
    {
        End("zipf");
        Move(ns, 0);
    }

    /// <summary>An aging command for the VM's cgroup, with a forced scan.</summary>
    public void Age()
    {
        End("zipf");
        long begin = Begin();
        long seq = _host.Memcg.Generations?.MaxSeq ?? 0;
        _host.Reclaim.Age(_host.Memcg, -1, -1, force: true);
        End("age", begin, $"+ 1 0 {seq.ToString(CultureInfo.InvariantCulture)} 200 1");
    }

    /// <summary>A write to <c>memory.reclaim</c>.</summary>
    /// <param name="pages">Pages wanted.</param>
    public void Reclaim(long pages)
    {
        End("zipf");
        long begin = Begin();
        long start = _host.Reclaim.Counters.PgUnmap;
        int fruitless = 0;
        while (Taken() < pages && fruitless < FruitlessTries)
        {
            long before = Taken();
            _host.Reclaim.TryToFree(_host.Memcg, Math.Min(ReclaimChunk, pages - before), ReclaimCaller.Proactive, -1);
            fruitless = Taken() > before ? 0 : fruitless + 1;
        }
        End("reclaim", begin, (pages << 12).ToString(CultureInfo.InvariantCulture));

        long Taken() => _host.Reclaim.Counters.PgUnmap - start;
    }

    /// <summary>The VMM deletes a memslot.</summary>
    /// <param name="slot">Index into <see cref="Slots"/>.</param>
    public void DeleteSlot(int slot)
    {
        End("zipf");
        long begin = Begin();
        _host.DeleteDataSlot(slot);
        End("delslot", begin, Slots[slot].Slot.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The VMM creates a deleted memslot again.</summary>
    /// <param name="slot">Index into <see cref="Slots"/>.</param>
    public void AddSlot(int slot)
    {
        End("zipf");
        long begin = Begin();
        _host.CreateDataSlot(slot);
        End("addslot", begin, Slots[slot].Slot.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The guest reads or writes a frame that no memslot holds.</summary>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="write">Stores.</param>
    public void Mmio(ulong gfn, bool write)
    {
        Begin();
        Move(AccessNs, VcpuTask);
        _host.MmioAccess("", new(gfn));
        _truth[_host.Processes[0].Name].Add(string.Create(CultureInfo.InvariantCulture, $"{_nowNs + 1000},0,{_step},0x{gfn:x},{(write ? "MW" : "MR")}"));
    }

    /// <summary>Ends the last phase of accesses; nothing may follow.</summary>
    public void Finish()
    {
        End("zipf");
        _host.CheckInvariants();
    }

    // A run of accesses is one step of the plan, as the capture kit writes it.
    private long Begin()
    {
        if (!_inPhase)
        {
            _step++;
            _inPhase = true;
            _phaseBeginNs = _nowNs;
            Move(0, 0);
        }
        return _phaseBeginNs;
    }

    private void End(string word)
    {
        if (_inPhase)
        {
            End(word, _phaseBeginNs, "");
        }
    }

    private void End(string word, long begin, string detail)
    {
        Move(CommandNs, 0);
        _actions.Add(string.Create(CultureInfo.InvariantCulture, $"{_step},{begin},{_nowNs},{word},0,\"{detail}\""));
        _inPhase = false;
        Move(AccessNs, 0);
    }

    private void Move(long ns, int task)
    {
        _nowNs += ns;
        _host.Reclaim.NowNs = _nowNs;
        Trace.NowNs = _nowNs;
        Trace.Task = task;
        Trace.Cpu = task;
    }

    // What kswapd does stands under its own name in the trace.
    private sealed class KswapdTask(ModelledHost host) : ReclaimObserver
    {
        private int _task;

        public override void Kswapd(bool works)
        {
            if (works)
            {
                _task = host.Trace.Task;
            }
            host.Trace.Task = works ? host._kswapd : _task;
        }
    }
}
