using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;
using MmuVmaFlags = SecondLook.Replay.Memory.VmaFlags;

namespace SecondLook.Replay.Hosts;

/// <summary>
/// Accessed bits as the reclaim model asks for them, answered by the primary page tables and the notifiers of the host's processes. The
/// reclaim model names pages by dense ids aligned to page-table pages; each 2 MiB of ids belongs to one process.
/// </summary>
/// <remarks>
/// Models: ptep_clear_young_notify, ptep_clear_flush_young_notify and try_to_unmap as the policy's knobs decide whom they ask.
/// Omits: lost races between clearing and unmapping.
/// </remarks>
public sealed class HostPageTables : IPageTables
{
    private readonly List<HostProcess?> _processOfTable = [];
    private readonly List<ulong> _hostPageOfTable = [];

    /// <summary>Told which pages an aging walk found young, 64 at a time: word and bits.</summary>
    public Action<int, ulong>? FoundByWalk { get; set; }

    /// <summary>Told which pages were asked and which of them were young, 64 at a time: word, asked, young.</summary>
    public Action<int, ulong, ulong>? Asked { get; set; }

    /// <summary>Told of every notifier call about guest memory, where asked for.</summary>
    public Action<string, string, ulong, ulong, bool, long>? CallLog { get; set; }

    /// <summary>A repair of the error ledger: whoever clears one accessed bit of a page clears those of all its MMUs.</summary>
    public bool ClearsEveryMmu { get; set; }

    /// <summary>Pages asked by aging walks since the last reset.</summary>
    public long WalkAsked { get; private set; }

    /// <summary>Of them young in the primary page table.</summary>
    public long WalkYoungPrimary { get; private set; }

    /// <summary>Of them young anywhere.</summary>
    public long WalkYoung { get; private set; }

    /// <summary>Pages asked by look-around and as eviction targets since the last reset.</summary>
    public long RmapAsked { get; private set; }

    /// <summary>Of them young in the primary page table.</summary>
    public long RmapYoungPrimary { get; private set; }

    /// <summary>Of them young anywhere.</summary>
    public long RmapYoung { get; private set; }

    /// <summary>Puts a range of model pages into a process.</summary>
    /// <param name="firstPage">Model id of the first page, congruent to its host page modulo 512.</param>
    /// <param name="pages">Length.</param>
    /// <param name="hostPage">Host page (address divided by 4096) of the first.</param>
    /// <param name="process">The process.</param>
    public void Place(int firstPage, int pages, ulong hostPage, HostProcess process)
    {
        for (int table = firstPage >> 9; table <= (firstPage + pages - 1) >> 9; table++)
        {
            while (_processOfTable.Count <= table)
            {
                _processOfTable.Add(null);
                _hostPageOfTable.Add(0);
            }
            _processOfTable[table] = process;
            _hostPageOfTable[table] = hostPage - (ulong)(firstPage - (table << 9));
        }
        process.Primary.Vmas.Add(new Memory.Vma(hostPage, hostPage + (ulong)pages, MmuVmaFlags.None));
    }

    /// <summary>Forgets the counts.</summary>
    public void ResetCounts()
    {
        WalkAsked = WalkYoungPrimary = WalkYoung = 0;
        RmapAsked = RmapYoungPrimary = RmapYoung = 0;
    }

    /// <summary>Process and host page of a model page.</summary>
    public HostProcess ProcessOf(int page, out ulong hostPage)
    {
        int table = page >> 9;
        hostPage = _hostPageOfTable[table] + (ulong)(page & 511);
        return _processOfTable[table]!;
    }

    /// <inheritdoc/>
    public ulong Present(int word) => TryProcess(word, out HostProcess? process, out ulong hostPage) ? process!.Primary.PresentWord(hostPage) : 0;

    /// <inheritdoc/>
    public ulong PrimaryYoung(int word) => TryProcess(word, out HostProcess? process, out ulong hostPage) ? process!.Primary.YoungWord(hostPage) : 0;

    /// <inheritdoc/>
    public ulong ClearYoung(int word, ulong pages, SecondaryScope scope, YoungCaller caller)
    {
        if (!TryProcess(word, out HostProcess? process, out ulong hostPage))
        {
            return 0;
        }
        ulong primary = process!.Primary.YoungWord(hostPage) & pages;
        ulong young = scope == SecondaryScope.None ? process.Primary.TestAndClearYoungWord(hostPage, pages)
            : caller == YoungCaller.Walk ? process.Aging.WalkWord(hostPage, pages)
            : process.Aging.LookAroundWord(hostPage, pages);
        if (ClearsEveryMmu)
        {
            process.Primary.TestAndClearYoungWord(hostPage, pages);
            process.Notifier.ClearYoungWord(hostPage, pages, caller == YoungCaller.Walk ? NotifierCaller.AgingWalk : NotifierCaller.LookAround);
        }
        if (caller == YoungCaller.Walk)
        {
            WalkAsked += BitOperations.PopCount(pages);
            WalkYoungPrimary += BitOperations.PopCount(primary);
            WalkYoung += BitOperations.PopCount(young);
            FoundByWalk?.Invoke(word, young);
        }
        else
        {
            RmapAsked += BitOperations.PopCount(pages);
            RmapYoungPrimary += BitOperations.PopCount(primary);
            RmapYoung += BitOperations.PopCount(young);
        }
        Asked?.Invoke(word, pages, young);
        if (CallLog is not null && scope != SecondaryScope.None && process.Notifier.HasNotifiers)
        {
            LogWord(hostPage, pages, young & ~primary, caller == YoungCaller.Walk ? "walk" : "look_around");
        }
        return young;
    }

    /// <inheritdoc/>
    public YoungIn ClearTarget(int page, bool flush)
    {
        HostProcess process = ProcessOf(page, out ulong hostPage);
        bool primary = (process.Primary.YoungWord(hostPage) & 1) != 0;
        RmapAsked++;
        RmapYoungPrimary += primary ? 1 : 0;
        YoungIn where = process.Notifier.Rules.Fast == FastHook.None
            ? Accurate(process, hostPage, flush)
            : ByPolicy(process, hostPage, primary);
        RmapYoung += where != YoungIn.None ? 1 : 0;
        Asked?.Invoke(page >> 6, 1UL << page, where != YoungIn.None ? 1UL << page : 0);
        CallLog?.Invoke(flush ? "clear_flush_young" : "clear_young", "rmap", hostPage << 12, (hostPage + 1) << 12, (where & YoungIn.Secondary) != 0, 1);
        return where;
    }

    /// <inheritdoc/>
    public bool Unmap(int page)
    {
        HostProcess process = ProcessOf(page, out ulong hostPage);
        HvaRange range = new(new Hva(hostPage << PageSize.Shift), new Hva((hostPage + 1) << PageSize.Shift));
        bool accessed = false;
        foreach (SlotGfns part in process.Vm.PartsOf(range))
        {
            accessed |= process.SecondaryYoung(part.Gfns.Start);
        }
        process.Notifier.InvalidateStart(range);
        process.Primary.Unmap(hostPage, hostPage + 1);
        process.Notifier.InvalidateEnd(range);
        CallLog?.Invoke("invalidate", "unmap", range.Start.Value, range.End.Value, accessed, 1);
        return accessed;
    }

    /// <inheritdoc/>
    public void Map(int page, bool young)
    {
        HostProcess process = ProcessOf(page, out ulong hostPage);
        process.Primary.Map(hostPage, new Pfn((ulong)page + 1), write: false);
        if (!young)
        {
            process.Primary.TestAndClearYoung(hostPage);
        }
    }

    /// <inheritdoc/>
    public bool TableYoung(int table) =>
        TryProcess(table << 3, out HostProcess? process, out ulong hostPage) && process!.Primary.NonleafYoung(hostPage, clear: false);

    /// <inheritdoc/>
    public void ClearTableYoung(int table)
    {
        if (TryProcess(table << 3, out HostProcess? process, out ulong hostPage))
        {
            process!.Primary.NonleafYoung(hostPage, clear: true);
        }
    }

    private static YoungIn Accurate(HostProcess process, ulong hostPage, bool flush)
    {
        YoungIn where = process.Primary.TestAndClearYoung(hostPage) ? YoungIn.Primary : YoungIn.None;
        if (process.Notifier.HasNotifiers)
        {
            HvaRange range = new(new Hva(hostPage << PageSize.Shift), new Hva((hostPage + 1) << PageSize.Shift));
            bool secondary = flush
                ? process.Notifier.ClearFlushYoung(range, NotifierCaller.Eviction)
                : process.Notifier.ClearYoung(range, NotifierCaller.Eviction);
            where |= secondary ? YoungIn.Secondary : YoungIn.None;
        }
        return where;
    }

    // The proposals decide by their own flags whether neighbours are asked; the answer is put so that the reclaim model does the same.
    private static YoungIn ByPolicy(HostProcess process, ulong hostPage, bool primary)
    {
        EvictAnswer answer = process.Aging.Evict(hostPage);
        return !answer.Young ? YoungIn.None
            : !answer.LookAround ? YoungIn.Secondary
            : primary ? YoungIn.Primary
            : YoungIn.Secondary | YoungIn.FastSecondary;
    }

    private void LogWord(ulong hostPage, ulong pages, ulong young, string caller)
    {
        for (ulong left = pages; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            ulong start = (hostPage + (ulong)i) << PageSize.Shift;
            CallLog!("clear_young", caller, start, start + PageSize.Bytes, (young >> i & 1) != 0, 1);
        }
    }

    private bool TryProcess(int word, out HostProcess? process, out ulong hostPage)
    {
        int table = word >> 3;
        process = table < _processOfTable.Count ? _processOfTable[table] : null;
        hostPage = process is null ? 0 : _hostPageOfTable[table] + ((ulong)(word & 7) << 6);
        return process is not null;
    }
}
