using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>What a fault found.</summary>
public enum FaultKind
{
    /// <summary>The primary page table had the page; a guest fault only consulted it.</summary>
    Present,

    /// <summary>First use ever: a fresh page.</summary>
    New,

    /// <summary>Read back from swap or disk.</summary>
    Major,

    /// <summary>Found in the swap cache or page cache.</summary>
    Cached,

    /// <summary>No room could be made under memory.max.</summary>
    OutOfMemory,
}

/// <content>Faults, marks and frees.</content>
public sealed partial class ReclaimModel
{
    /// <summary>
    /// A use that found no mapping: a host use of a page absent in the primary page table, or a guest use of a page absent in the secondary
    /// MMU (whether or not the primary has it). Maps the page in the primary, young; the caller maps secondary MMUs.
    /// </summary>
    /// <param name="page">Page id inside a VMA.</param>
    /// <param name="guest">True for a guest fault: KVM and the page lookup mark the page.</param>
    /// <param name="write">The use writes.</param>
    /// <param name="cpu">CPU of the faulting thread, for insertion batches.</param>
    /// <returns>What was found.</returns>
    public FaultKind Fault(int page, bool guest, bool write, int cpu = 0)
    {
        Flusher.Advance();
        _faultCpu = cpu;
        FaultKind kind = HandleFault(page, guest, write, cpu);
        _faultCpu = null;
        return kind;
    }

    private FaultKind HandleFault(int page, bool guest, bool write, int cpu)
    {
        int folio = Folios.FolioOf(page);
        ref FolioFlags flags = ref Folios.Flags[folio];
        AddressSpace space = SpaceOf(page);
        space.Used = true;
        bool present = (Pages.Present(page >> 6) >> page & 1) != 0;
        FaultKind kind;
        if (present)
        {
            kind = FaultKind.Present;
        }
        else if ((flags & FolioFlags.Resident) != 0)
        {
            kind = FaultKind.Cached;
            UseCached(folio, write, cpu);
            MapPage(page, young: true);
        }
        else
        {
            if (!TryAllocate() || !TryCharge(space.Memcg, 1, cpu))
            {
                return FaultKind.OutOfMemory;
            }
            bool back = (flags & FolioFlags.SwappedOut) != 0;
            if (back && Switches.SwapReadaround && Swap.Slots.SlotOf(page) != 0)
            {
                ReadAroundSlot(page, space.Memcg, cpu);
            }
            else
            {
                BringIn(page, space.Memcg, back, inFault: true, cpu);
            }
            if (back && write && Folios.Has(folio, FolioFlags.Batched))
            {
                _batches.Drain(cpu);
            }
            MapPage(page, young: true);
            kind = back ? FaultKind.Major : FaultKind.New;
        }
        if (kind is FaultKind.Major or FaultKind.Cached
            && (write || Swap.NearlyFull)
            && (Folios.Flags[folio] & (FolioFlags.SwapCache | FolioFlags.Writeback)) == FolioFlags.SwapCache)
        {
            // Only a folio that no write holds gives its slot back; without one it has to be written again.
            Swap.Drop(folio);
            Folios.Flags[folio] |= FolioFlags.Dirty;
        }
        if (write || (guest && Switches.IsNew))
        {
            // 7.x: KVM marks a page dirty as soon as it maps it writable, whatever the fault was.
            Folios.Flags[folio] = (Folios.Flags[folio] | FolioFlags.Dirty) & ~(write ? FolioFlags.Zero : FolioFlags.None);
        }
        if (guest && Switches.KvmMarksAccessed)
        {
            if (present)
            {
                Folios.Flags[folio] |= FolioFlags.Referenced;
            }
            else
            {
                Policy.MarkAccessed(folio);
            }
            for (int i = 0; i < Switches.KvmMarksPerFault; i++)
            {
                Policy.MarkAccessed(folio);
            }
        }
        return kind;
    }

    /// <summary>A buffered access, or KVM's mark of a page.</summary>
    /// <param name="folio">Resident folio.</param>
    public void MarkAccessed(int folio) => Policy.MarkAccessed(folio);

    /// <summary>A write through a mapping.</summary>
    /// <param name="page">Resident page.</param>
    public void MarkDirty(int page) => Folios.Change(Folios.FolioOf(page), FolioFlags.Dirty, FolioFlags.Zero);

    /// <summary>Reads or creates a page-cache folio outside a fault, or through a fault of a mapping.</summary>
    /// <param name="folio">Folio id from <see cref="AddFilePages"/>.</param>
    /// <param name="dirty">It is written.</param>
    /// <param name="inFault">Brought in by a page fault.</param>
    /// <param name="cpu">CPU, for insertion batches; negative for a page that is known to be on a list already.</param>
    /// <returns>False if memory.max left no room.</returns>
    public bool ReadFilePage(int folio, bool dirty, bool inFault = false, int cpu = 0)
    {
        if ((Folios.Flags[folio] & FolioFlags.Resident) == 0)
        {
            // Not the memcg that the folio's shadow names: reclaim of the whole machine leaves its own.
            Memcg memcg = OwnerOf(folio);
            if (!TryCharge(memcg, 1, cpu))
            {
                return false;
            }
            BringIn(folio, memcg, (Folios.Flags[folio] & FolioFlags.SwappedOut) != 0, inFault, cpu);
        }
        if (dirty)
        {
            Folios.Flags[folio] |= FolioFlags.Dirty;
            Flusher.Dirtied(folio);
        }
        return true;
    }

    private Memcg OwnerOf(int file)
    {
        foreach ((int first, int end, Memcg memcg) in _files)
        {
            if (file >= first && file < end)
            {
                return memcg;
            }
        }
        return MemcgOf(file);
    }

    /// <summary>Drops a page (unmapped by the workload, truncated): no shadow stays.</summary>
    /// <param name="page">Page id.</param>
    public void Drop(int page)
    {
        int folio = Folios.FolioOf(page);
        ref FolioFlags flags = ref Folios.Flags[folio];
        if ((flags & FolioFlags.Mapped) != 0)
        {
            UnmapFolio(folio, byReclaim: false);
        }
        _batches.Forget(folio);
        Swap.Forget(folio);
        if ((flags & FolioFlags.Resident) != 0)
        {
            Policy.Delete(folio, reclaiming: true);
            MemcgOf(folio).Charge(-Folios.PagesOf(folio));
        }
        if ((flags & FolioFlags.SwapBacked) != 0 && (flags & (FolioFlags.SwapCache | FolioFlags.SwappedOut)) != 0)
        {
            Swap.Drop(folio);
        }
        flags &= FolioFlags.SwapBacked;
        Folios.Shadow[folio] = 0;
        Flusher.Forget(folio);
    }

    /// <summary>Says that a page holds only zeros; the next write through a fault or <see cref="MarkDirty"/> ends that.</summary>
    /// <param name="page">Page id.</param>
    public void MarkZero(int page) => Folios.Flags[Folios.FolioOf(page)] |= FolioFlags.Zero;

    /// <summary>Puts every waiting folio on its list.</summary>
    public void DrainBatches() => _batches.DrainAll();

    /// <summary>Lets a record decide when pages reach the lists, those that wait already included.</summary>
    /// <param name="order">The record.</param>
    public void FollowInsertions(IInsertionOrder order)
    {
        InsertionOrder = order;
        _batches.HoldWaiting(order);
    }

    /// <summary>Puts a folio on its list that <see cref="InsertionOrder"/> held back.</summary>
    /// <param name="folio">The folio.</param>
    /// <returns>False if it is not held.</returns>
    public bool InsertHeld(int folio) => _batches.InsertHeld(folio);

    /// <summary>Puts the folios that wait on the command's CPU on their lists.</summary>
    internal void DrainLocalBatches() => _batches.Drain(CommandCpu);

    /// <summary>A write of the flusher ended, on a CPU that is not busy reclaiming.</summary>
    internal void RotateElsewhere(int folio) => _batches.Rotate(folio, CommandCpu == 0 ? 1 : 0);

    /// <summary>CPU of the fault under way, else the command's.</summary>
    internal int CurrentCpu => _faultCpu ?? CommandCpu;

    internal void ActivateWhenDrained(int folio) => _batches.Activate(folio, CurrentCpu);

    internal bool WaitsHere(int folio) => _batches.WaitsOn(folio, CurrentCpu);

    /// <summary>The flusher lets go of the pages it looked up, which drains the batches of its CPU.</summary>
    internal void DrainElsewhere() => _batches.Drain(CommandCpu == 0 ? 1 : 0);

    internal void RotateWhenDrained(int folio) => _batches.Rotate(folio, CommandCpu);

    internal void UnmapFolio(int folio, bool byReclaim = true)
    {
        int pages = Folios.PagesOf(folio);
        int type = Folios.TypeOf(folio);
        bool accessed = false;
        for (int page = folio; page < folio + pages; page++)
        {
            if ((Pages.Present(page >> 6) >> page & 1) != 0)
            {
                accessed |= Pages.Unmap(page);
                SpaceOf(page).MappedPages[type]--;
                if (byReclaim)
                {
                    Observer.Unmapped(page);
                    Counters.PgUnmap += LimitedPages is null || LimitedPages(page) ? 1 : 0;
                }
            }
        }
        Folios.Flags[folio] &= ~FolioFlags.Mapped;
        if (accessed && Switches.KvmZapMarks && Switches.KvmMarksAccessed)
        {
            Policy.MarkAccessed(folio);
        }
    }

    /// <summary>A folio that reclaim frees: shadow, uncharge.</summary>
    internal void FreeReclaimed(int folio, ScanControl sc)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        _batches.Forget(folio);
        // Uncharged first: a classic shadow names the reclaim target from here on.
        MemcgOf(folio).Charge(-Folios.PagesOf(folio));
        Folios.Shadow[folio] = Policy.MakeShadow(folio, sc);
        flags = (flags & FolioFlags.SwapBacked & ~FolioFlags.Resident) | FolioFlags.SwappedOut | (flags & (FolioFlags.Zero | FolioFlags.ExecFile));
        Observer.Freed(folio);
    }

    private void BringIn(int page, Memcg memcg, bool back, bool inFault, int cpu)
    {
        ref FolioFlags flags = ref Folios.Flags[page];
        bool anon = VmaOf(page) is Vma vma && vma.Kind != VmaKind.File;
        flags = (flags & (FolioFlags.Zero | FolioFlags.ExecFile)) | FolioFlags.Resident | (anon ? FolioFlags.SwapBacked : FolioFlags.None);
        ShadowMemcg = back ? MemcgOf(page) : memcg;
        Folios.Memcg[page] = (ushort)memcg.Id;
        if (back)
        {
            if (anon)
            {
                flags |= FolioFlags.SwapCache;
                Counters.PswpIn++;
                memcg.Counters.PswpIn++;
            }
            if ((Folios.Shadow[page] & 1) != 0)
            {
                (bool recent, bool restored) = Policy.Refault(page, inFault);
                Observer.Refaulted(page, recent, restored);
            }
        }
        Folios.Shadow[page] = 0;
        Policy.PrepareAdd(page, inFault);
        _batches.Add(page, cpu);
    }

    /// <summary>A fault finds its page in the swap cache.</summary>
    private void UseCached(int folio, bool write, int cpu)
    {
        ref FolioFlags flags = ref Folios.Flags[folio];
        if ((flags & FolioFlags.ReadAround) != 0)
        {
            flags &= ~FolioFlags.ReadAround;
            _readAround.Hit();
        }
        if (write && (flags & FolioFlags.Batched) != 0)
        {
            _batches.Drain(cpu);
        }
    }

    /// <summary>Reads a swapped-out page and those in the slots around it, in the order of slots.</summary>
    private void ReadAroundSlot(int page, Memcg memcg, int cpu)
    {
        int own = Swap.Slots.SlotOf(page);
        (int first, int last) = _readAround.Window(own);
        for (int slot = first; slot <= last; slot++)
        {
            int other = Swap.Slots.PageIn(slot);
            if (other == page)
            {
                BringIn(page, memcg, back: true, inFault: true, cpu);
            }
            else if (other >= 0 && !Folios.Has(other, FolioFlags.Resident) && Folios.Has(other, FolioFlags.SwappedOut)
                && TryCharge(SpaceOf(other).Memcg, 1, cpu))
            {
                BringIn(other, SpaceOf(other).Memcg, back: true, inFault: true, cpu);
                Folios.Flags[other] |= FolioFlags.ReadAround;
            }
        }
        if (last > first)
        {
            _batches.Drain(cpu);
        }
    }

    private void MapPage(int page, bool young)
    {
        Pages.Map(page, young);
        int folio = Folios.FolioOf(page);
        Folios.Flags[folio] |= FolioFlags.Mapped;
        MarkTablePresent(page);
        SpaceOf(page).MappedPages[Folios.TypeOf(folio)]++;
    }
}
