using System.Globalization;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// A host under one kernel's model that records itself as a capture would: the tracepoints of KVM, the commands, and what the guest touched.
/// </summary>
/// <remarks>
/// Models: the capture kit's program (one VMM thread that also gives the commands, one vCPU thread), on <see cref="HostModel"/>.
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
    private readonly List<string> _truth = ["t_mono_ns,vcpu,step,gfn,op"];
    private readonly List<string> _actions = ["step,t0_mono_ns,t1_mono_ns,action,rc,detail"];
    private long _nowNs = StartNs;
    private long _phaseBeginNs = StartNs;
    private int _step;
    private bool _inPhase;

    /// <summary>Builds an empty host.</summary>
    /// <param name="slots">Memslots of its one VM.</param>
    /// <param name="setup">Rules of the kernel that is traced.</param>
    public ModelledHost(IReadOnlyList<SlotPages> slots, HostSetup setup)
    {
        Slots = slots;
        _guest = GuestPages.FromSlots(slots);
        _host = new HostModel(_guest, setup, new ReclaimObserver(), StartNs);
        Trace = new NotifierTrace { NowNs = StartNs };
        Trace.Tasks[0] = "kvm-100";
        Trace.Tasks.Add("CPU 0/KVM-101");
        _host.Processes[0].Notifier.Record(Trace);
    }

    /// <summary>Memslots.</summary>
    public IReadOnlyList<SlotPages> Slots { get; }

    /// <summary>What the kernel traced.</summary>
    public NotifierTrace Trace { get; }

    /// <summary>Lines of <c>truth.csv</c>.</summary>
    public IReadOnlyList<string> Truth => _truth;

    /// <summary>Lines of <c>actions.csv</c>.</summary>
    public IReadOnlyList<string> Actions => _actions;

    /// <summary>The guest, or an L2 in it, touches a page.</summary>
    /// <param name="page">Dense page id, from 0 over all slots.</param>
    /// <param name="write">Stores.</param>
    /// <param name="nested">The L2 does.</param>
    public void Touch(int page, bool write, bool nested = false)
    {
        Begin();
        Move(AccessNs, VcpuTask);
        if (!_host.GuestAccess(page, write, cpu: 1, vcpu: 0, nested))
        {
            throw new InvalidOperationException($"no room for page {page}");
        }
        string op = (nested, write) switch { (true, true) => "NW", (true, false) => "NR", (false, true) => "W", _ => "R" };
        _truth.Add(string.Create(CultureInfo.InvariantCulture, $"{_nowNs + 1000},0,{_step},0x{_guest.GfnOf(page):x},{op}"));
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
        _truth.Add(string.Create(CultureInfo.InvariantCulture, $"{_nowNs + 1000},0,{_step},0x{gfn:x},{(write ? "MW" : "MR")}"));
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
}
