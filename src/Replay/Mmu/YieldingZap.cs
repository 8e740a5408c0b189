using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>
/// Zapping everything while yielding mmu_lock: whenever the lock is contended, the walk gives way after a batch and starts again from the head.
/// vCPUs that fault in between make new pages there, so that it may never end: the livelock that ended this mechanism in 2019.
/// </summary>
/// <remarks>
/// Models: <c>kvm_mmu_zap_all</c> with rescheduling, arch/x86/kvm/mmu.c of the 2019 series; see the posting of 2019-09-12.
/// Omits: shadow pages; the TDP tables stand for the list of active pages.
/// </remarks>
public sealed class YieldingZap
{
    private const int TablesPerBatch = 10;
    private readonly KvmVm _vm;
    private readonly NotifierCosts _costs;

    internal YieldingZap(KvmVm vm, NotifierCosts costs)
    {
        _vm = vm;
        _costs = costs;
    }

    /// <summary>Times that the walk gave way and started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Leafs removed so far.</summary>
    public long Zapped { get; private set; }

    /// <summary>Holds the lock until it is contended or everything is gone.</summary>
    /// <param name="contended">Someone waits for the lock.</param>
    /// <returns>Whether everything is gone.</returns>
    public bool Step(bool contended)
    {
        _costs.Section(LockClass.Write, 1);
        for (int addressSpace = 0; addressSpace < _vm.Config.AddressSpaces; addressSpace++)
        {
            PageTree root = _vm.Tdp!.RootOf(addressSpace);
            int tables = 0;
            for (ulong gfn = 0; (gfn = NextLeaf(root, gfn)) < PageTree.PageLimit;)
            {
                if (contended && tables++ == TablesPerBatch)
                {
                    Restarts++;
                    return false;
                }
                gfn = ZapTable(root, gfn);
            }
        }
        return true;
    }

    private ulong ZapTable(PageTree root, ulong gfn)
    {
        ulong end = (gfn | 511) + 1;
        while (gfn < end)
        {
            EntryRef at = root.Find(gfn);
            if (at.Table >= 0 && root.Tables.Has(at.Table, at.Index, EntryPlane.Leaf))
            {
                root.Clear(at);
                Zapped++;
                _costs.Charge(CostKind.EntriesZapped, 1);
            }
            gfn += at.PagesLeft(gfn);
        }
        return gfn;
    }

    private static ulong NextLeaf(PageTree root, ulong gfn)
    {
        while ((gfn = root.NextPopulated(gfn, PageTree.PageLimit)) < PageTree.PageLimit)
        {
            EntryRef at = root.Find(gfn);
            if (root.Tables.Has(at.Table, at.Index, EntryPlane.Leaf))
            {
                return gfn;
            }
            gfn += at.PagesLeft(gfn);
        }
        return gfn;
    }
}
