using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Hosts;

/// <summary>
/// A whole host under one policy: processes with their VMs, page tables, notifiers, and the memory cgroups that reclaim works on. Guest pages
/// go by the dense ids of <see cref="GuestPages"/>.
/// </summary>
/// <remarks>
/// Models: a VM process per VM, all in one memory cgroup or each in its own under the root (<see cref="HostSetup.OwnMemcgs"/>); each memslot is a
/// mapping of its own. Slots of a process without a VM are memory that only the host uses.
/// Omits: a slot that was moved or re-added elsewhere is new memory, since the capture's pages are named by guest frame.
/// </remarks>
public sealed partial class HostModel
{
    private const string CgroupPath = "/vm0";
    private readonly GuestPages _guest;
    private readonly int[] _shift;
    private readonly HostProcess[] _processOfSlot;
    private readonly int[] _pageOfModel;
    private readonly Memslot[] _memslots;
    private readonly bool _allNested;
    private readonly bool _ownMemcgs;
    private readonly Memcg? _shared;

    /// <summary>Builds an empty host.</summary>
    /// <param name="guest">Guest pages.</param>
    /// <param name="setup">Rules.</param>
    /// <param name="observer">Told about reclaim's decisions, by model page.</param>
    /// <param name="beginNs">Time at which the host begins.</param>
    public HostModel(GuestPages guest, HostSetup setup, ReclaimObserver observer, long beginNs)
    {
        _guest = guest;
        Tables = new HostPageTables();
        Reclaim = new ReclaimModel(setup.Switches.Clone(), Tables, observer) { NowNs = beginNs };
        _ownMemcgs = setup.OwnMemcgs;
        // With cgroups of their own the first one is that of the first process.
        _shared = _ownMemcgs ? null : Reclaim.AddMemcg(CgroupPath, Reclaim.Root);
        ReadOnlySpan<SlotPages> slots = guest.Slots;
        _shift = new int[slots.Length];
        _processOfSlot = new HostProcess[slots.Length];
        _memslots = new Memslot[slots.Length];
        _allNested = setup.Config.Nested;
        HashSet<ulong> taken = [];
        for (int i = 0; i < slots.Length; i++)
        {
            HostProcess process = ProcessOf(slots[i].Vm, setup, slots[i].HostOnly);
            // Two runs of guest frames may name the same host addresses at different times; the later one gets addresses of its own.
            ulong hva = slots[i].Hva;
            while (!taken.Add(hva))
            {
                hva += 1UL << 46;
            }
            ulong hostPage = hva >> PageSize.Shift;
            Replacement.Vma vma = Reclaim.AddVma(Space(process), (long)hostPage, (int)slots[i].Npages);
            Tables.Place(vma.FirstPage, vma.Pages, hostPage, process);
            // Slots that claim each other's frames are counted as contradictory input; the first one holds them here.
            _memslots[i] = new Memslot(0, i, new Gfn(slots[i].Gfn), (ulong)slots[i].Npages, new Hva(hva));
            process.Vm.SlotsOf(0).TryAdd(_memslots[i]);
            _shift[i] = vma.FirstPage - slots[i].FirstPage;
            _processOfSlot[i] = process;
        }
        _pageOfModel = new int[Reclaim.Folios.Count];
        Array.Fill(_pageOfModel, -1);
        for (int i = 0; i < slots.Length; i++)
        {
            for (int p = 0; p < slots[i].Npages; p++)
            {
                _pageOfModel[slots[i].FirstPage + p + _shift[i]] = slots[i].FirstPage + p;
            }
        }
    }

    /// <summary>Processes in order of their first slot.</summary>
    public List<HostProcess> Processes { get; } = [];

    /// <summary>Accessed bits.</summary>
    public HostPageTables Tables { get; }

    /// <summary>Reclaim side.</summary>
    public ReclaimModel Reclaim { get; }

    /// <summary>The cgroup of all VMs, or of the first where each has its own.</summary>
    public Memcg Memcg => _shared ?? Reclaim.Memcgs[1];

    /// <summary>Cgroups of processes; one, or one a process in their order.</summary>
    public int Memcgs => Reclaim.Memcgs.Count - 1;

    /// <summary>The cgroup of the process that has a guest page.</summary>
    /// <param name="page">Dense page id.</param>
    public Memcg CgroupOfPage(int page) => Space(_processOfSlot[SlotIndex(page)]).Memcg;

    /// <summary>The cgroup that a page is charged to.</summary>
    public Memcg MemcgOf(int modelPage) => Reclaim.MemcgOf(modelPage);

    /// <summary>Guest page of a model page, -1 for none.</summary>
    public int GuestPageOf(int modelPage) => modelPage < _pageOfModel.Length ? _pageOfModel[modelPage] : -1;

    /// <summary>Model page of a guest page.</summary>
    public int ModelPageOf(int page) => page + _shift[SlotIndex(page)];

    /// <summary>The guest uses a page.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="write">The use writes.</param>
    /// <param name="cpu">CPU of the vCPU, for insertion batches.</param>
    /// <param name="vcpu">The vCPU, for cached translations.</param>
    /// <param name="nested">A nested guest (L2) uses it, through a frame of its own.</param>
    /// <returns>False when no room could be made.</returns>
    public bool GuestAccess(int page, bool write, int cpu, int vcpu = 0, bool nested = false)
    {
        int index = SlotIndex(page);
        HostProcess process = _processOfSlot[index];
        Gfn gfn = new(_guest.GfnOf(page));
        int modelPage = page + _shift[index];
        if (nested || _allNested || process.Vm.Tlb is not null)
        {
            return SlowGuestAccess(process, modelPage, gfn, write, cpu, Math.Max(0, vcpu) % process.Vm.Config.Vcpus, nested || _allNested);
        }
        TouchResult result = process.Vm.Access(gfn, write);
        if (result is TouchResult.Hit or TouchResult.FastFix)
        {
            if (write)
            {
                Reclaim.MarkDirty(modelPage);
            }
            return true;
        }
        if (Reclaim.Fault(modelPage, guest: true, write, cpu) == FaultKind.OutOfMemory)
        {
            return false;
        }
        Settle(process.Notifier.Touch(process.Vm, Math.Max(0, vcpu), gfn, write), gfn);
        return true;
    }

    /// <summary>The VMM itself uses a guest page.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="write">The use writes.</param>
    /// <param name="cpu">CPU, for insertion batches.</param>
    /// <returns>False when no room could be made.</returns>
    public bool HostAccess(int page, bool write, int cpu)
    {
        int modelPage = ModelPageOf(page);
        HostProcess process = Tables.ProcessOf(modelPage, out ulong hostPage);
        if (!process.Primary.Touch(hostPage, write))
        {
            return Reclaim.Fault(modelPage, guest: false, write, cpu) != FaultKind.OutOfMemory;
        }
        if (write)
        {
            Reclaim.MarkDirty(modelPage);
        }
        return true;
    }

    /// <summary>Adds memory of the first process that is no guest data: the VMM's own, or a slot for the guest's own tables and code.</summary>
    /// <param name="hostPage">First host page (address divided by 4096).</param>
    /// <param name="pages">Length.</param>
    /// <param name="gfn">First guest frame when the guest sees it; null for memory of the VMM alone.</param>
    /// <returns>Model id of the first page.</returns>
    public int AddPrivate(ulong hostPage, int pages, ulong? gfn)
    {
        HostProcess process = Processes[0];
        Replacement.Vma vma = Reclaim.AddVma(Space(process), (long)hostPage, pages);
        Tables.Place(vma.FirstPage, pages, hostPage, process);
        if (gfn is ulong first)
        {
            process.Vm.SlotsOf(0).TryAdd(new Memslot(0, _shift.Length, new Gfn(first), (ulong)pages, new Hva(hostPage << PageSize.Shift)));
        }
        return vma.FirstPage;
    }

    /// <summary>Adds a process without a VM, in the same cgroup or its own: a browser beside the VM.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="setup">Rules of the host.</param>
    /// <param name="hostPage">First host page of its memory.</param>
    /// <param name="pages">Length.</param>
    /// <returns>Model id of the first page, for <see cref="PrivateHostAccess"/>.</returns>
    public int AddHostProcess(string name, HostSetup setup, ulong hostPage, int pages)
    {
        HostProcess process = new(name, setup.Knobs, setup.Config, hasVm: false);
        Processes.Add(process);
        Reclaim.AddSpace(CgroupOf(name), hasNotifiers: false);
        Replacement.Vma vma = Reclaim.AddVma(Space(process), (long)hostPage, pages);
        Tables.Place(vma.FirstPage, pages, hostPage, process);
        return vma.FirstPage;
    }

    /// <summary>A use of private memory by the process that has it.</summary>
    /// <returns>What the use found; <see cref="FaultKind.Present"/> without a fault.</returns>
    public FaultKind PrivateHostAccess(int modelPage, bool write, int cpu)
    {
        HostProcess process = Tables.ProcessOf(modelPage, out ulong hostPage);
        if (!process.Primary.Touch(hostPage, write))
        {
            return Reclaim.Fault(modelPage, guest: false, write, cpu);
        }
        if (write)
        {
            Reclaim.MarkDirty(modelPage);
        }
        return FaultKind.Present;
    }

    /// <summary>A use of private memory by the guest.</summary>
    public void PrivateGuestAccess(int modelPage, ulong gfn, bool write, int cpu)
    {
        HostProcess process = Processes[0];
        if (process.Vm.Access(new Gfn(gfn), write) is not (TouchResult.Hit or TouchResult.FastFix))
        {
            if (Reclaim.Fault(modelPage, guest: true, write, cpu) != FaultKind.OutOfMemory)
            {
                process.Notifier.Touch(process.Vm, 0, new Gfn(gfn), write);
            }
        }
        else if (write)
        {
            Reclaim.MarkDirty(modelPage);
        }
    }

    /// <summary>Whether the primary page table maps a page.</summary>
    public bool IsMapped(int page)
    {
        int modelPage = ModelPageOf(page);
        return (Tables.Present(modelPage >> 6) >> (modelPage & 63) & 1) != 0;
    }

    /// <summary>Guest frame of a guest page.</summary>
    /// <param name="page">Dense page id.</param>
    public ulong GfnOf(int page) => _guest.GfnOf(page);

    /// <summary>Whether a 2 MiB leaf can map a page: its slot holds the whole leaf, and guest and host addresses agree within it.</summary>
    /// <param name="page">Dense page id.</param>
    public bool HasHugeLeaf(int page)
    {
        SlotPages slot = _guest.Slots[SlotIndex(page)];
        long first = (long)page - (ModelPageOf(page) & (PageSize.PagesPerTable - 1));
        return first >= slot.FirstPage && first + PageSize.PagesPerTable <= slot.FirstPage + slot.Npages
            && ((slot.Gfn ^ (slot.Hva >> PageSize.Shift)) & (PageSize.PagesPerTable - 1)) == 0;
    }

    /// <summary>Whether an accessed bit of a page stands in any MMU; clears none and costs nothing.</summary>
    /// <param name="page">Dense page id.</param>
    public bool IsYoungAnywhere(int page)
    {
        HostProcess process = Tables.ProcessOf(ModelPageOf(page), out ulong hostPage);
        return (process.Primary.YoungWord(hostPage) & 1) != 0 || process.SecondaryYoung(new Gfn(_guest.GfnOf(page)));
    }

    /// <summary>Sum of one cost over all processes.</summary>
    public long Cost(NotifierHook hook, NotifierCaller caller, CostKind kind)
    {
        long sum = 0;
        foreach (HostProcess process in Processes)
        {
            sum += process.Notifier.Costs[hook, caller, kind];
        }
        return sum;
    }

    /// <summary>Checks that every part agrees with itself.</summary>
    /// <exception cref="InvariantException">One does not.</exception>
    public void CheckInvariants()
    {
        try
        {
            Reclaim.CheckInvariants();
        }
        catch (InvalidOperationException e)
        {
            throw new InvariantException(0, Reclaim.NowNs, e.Message);
        }
        foreach (HostProcess process in Processes)
        {
            if (process.Notifier.FindBrokenInvariant() is string broken)
            {
                throw new InvariantException(0, Reclaim.NowNs, broken);
            }
        }
    }

    private Memcg CgroupOf(string process) => _shared ?? Reclaim.AddMemcg("/" + (process.Length > 0 ? process : CgroupPath[1..]), Reclaim.Root);

    private HostProcess ProcessOf(string vm, HostSetup setup, bool hostOnly)
    {
        foreach (HostProcess known in Processes)
        {
            if (string.Equals(known.Name, vm, StringComparison.Ordinal))
            {
                return known;
            }
        }
        HostProcess process = new(vm, setup.Knobs, setup.Config, hasVm: !hostOnly);
        Processes.Add(process);
        Reclaim.AddSpace(CgroupOf(vm), hasNotifiers: !hostOnly);
        return process;
    }

    private AddressSpace Space(HostProcess process) => Reclaim.Spaces[Processes.IndexOf(process)];

    private int SlotIndex(int page)
    {
        ReadOnlySpan<SlotPages> slots = _guest.Slots;
        if (slots.Length == 1)
        {
            return 0;
        }
        int low = 0;
        int high = slots.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (slots[middle].FirstPage <= page)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return low;
    }
}
