using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>
/// Aging calls of a capture, taken apart by who asks: walks (rules R9 and R10 of inference.md section 2), targets of reclaim (R7), scans of the
/// classic active lists (R8), windows of look-around (R12). Follows the text of the rules alone; the product is not asked.
/// </summary>
internal sealed partial class CallsPredicted
{
    private readonly CaptureUnderTest _capture;
    private readonly GuestPages _pages;
    private readonly bool[] _mapped;

    // Reclaim knows host addresses: a slot that moved shows the same page under another guest frame.
    private readonly int[] _same;
    private readonly bool[] _hugeLeaf;
    private readonly ulong[] _pfn;
    private readonly HashSet<ulong> _inserted = [];
    private readonly Dictionary<int, Asker> _askers = [];
    private readonly Dictionary<int, (ulong From, ulong To)> _openRange = [];
    private readonly HashSet<int> _firstOpen = [];
    private readonly bool _batches;
    private readonly bool _classic;
    private readonly bool _tellsInsertions;

    public CallsPredicted(CaptureUnderTest capture)
    {
        _capture = capture;
        _pages = capture.Input.Pages;
        _mapped = new bool[_pages.Count];
        _same = new int[_pages.Count];
        Dictionary<ulong, int> atAddress = [];
        for (int p = 0; p < _same.Length; p++)
        {
            _same[p] = atAddress.TryAdd(_pages.HvaOf(p), p) ? p : atAddress[_pages.HvaOf(p)];
        }
        _hugeLeaf = new bool[_pages.Count];
        _pfn = new ulong[_pages.Count];
        TraceEvent e = default;
        using (EventsReader reader = new(capture.Events))
        {
            while (reader.TryRead(ref e))
            {
                _batches |= e.Kind == TraceEventKind.Reclaim && e.Op == TraceEventOp.Isolate;
                _classic |= e.Kind == TraceEventKind.Reclaim && e.Op == TraceEventOp.ShrinkActive;
                _tellsInsertions |= e.Kind == TraceEventKind.LruInsert;
            }
        }
        using EventsReader events = new(capture.Events);
        // Who asks without being reclaim.
        bool Disturbs(int comm) => events.Strings[comm] is var name && (name.StartsWith("kdamond", StringComparison.Ordinal) || name.StartsWith("khugepaged", StringComparison.Ordinal));
        while (events.TryRead(ref e))
        {
            if (e.Kind == TraceEventKind.Age && Disturbs(e.Comm))
            {
                _openRange[e.Tid] = (e.Start, e.Has(EventColumn.End) ? e.End : e.Start + PageSize.Bytes);
                continue;
            }
            See(e);
        }
        foreach (Asker asker in _askers.Values)
        {
            EndWalk(asker);
            EndBatch(asker);
        }
    }

    /// <summary>Rule R2: entries of data pages that lost their accessed bit outside a call of their task.</summary>
    public long Orphans { get; private set; }

    /// <summary>All entries of data pages that lost their accessed bit.</summary>
    public long Cleared { get; private set; }

    /// <summary>First clears after a map by a fault, and those of them that answered old (rule R3).</summary>
    public (long All, long Old) FirstClears { get; private set; }

    public int Walks { get; private set; }

    public long Present { get; private set; }

    public long Asked { get; private set; }

    public long InInsertionBatch { get; private set; }

    public long TableSkipped { get; private set; }

    /// <summary>Of them in walks that a command forced.</summary>
    public long TableSkippedForced { get; private set; }

    public long Other { get; private set; }

    public long NotExpected { get; private set; }

    public long Windows { get; private set; }

    public long WindowsExact { get; private set; }

    public long UnmappedOld { get; private set; }

    public long UnmappedYoung { get; private set; }

    public long KeptYoung { get; private set; }

    public long KeptOld { get; private set; }

    public long ActiveYoung { get; private set; }

    public long ActiveOld { get; private set; }

    public long ActiveUnmapped { get; private set; }

    private void See(in TraceEvent e)
    {
        long ts = e.Has(EventColumn.TsNs) ? e.TsNs : 0;
        // An interrupt may log in the task's name between a call and its entry (swap writes that end, batches that drain).
        if (e.Kind is TraceEventKind.Invalidate or TraceEventKind.GuestFault or TraceEventKind.Reclaim or TraceEventKind.MapRequest && e.Has(EventColumn.Tid))
        {
            _openRange.Remove(e.Tid);
        }
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange when e.AsId == 0 && e.Level <= 2:
                OnEntry(e, ts);
                break;
            case TraceEventKind.SpteSet when !_capture.HasSpteEvents && e.Level == 1:
                Map(_pages.OfGfn(e.Has(EventColumn.Vm) ? e.Vm : -1, e.Gfn, ts), 1, e.Has(EventColumn.Pfn) ? e.Pfn : 0);
                break;
            case TraceEventKind.GuestFault when e.Op == TraceEventOp.Translation && e.Space == AddressSpaceKind.Gpa:
                Map(_pages.OfGfn(e.Has(EventColumn.Vm) ? e.Vm : -1, e.Start >> PageSize.Shift, ts), 1, 0);
                break;
            case TraceEventKind.LruInsert:
                _inserted.Add(e.Pfn);
                break;
            case TraceEventKind.Reclaim:
                OnReclaim(e);
                break;
            case TraceEventKind.Age when e.Op != TraceEventOp.Test:
                OnCall(e, ts);
                break;
            case TraceEventKind.Invalidate:
                OnUnmap(e, ts);
                break;
        }
    }

    private Asker Of(int tid) => _askers.TryGetValue(tid, out Asker? asker) ? asker : _askers[tid] = new Asker();

    private void OnEntry(in TraceEvent e, long ts)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : -1;
        bool was = RecordedSpte.IsLeaf(e.OldSpte, e.Level);
        bool now = RecordedSpte.IsLeaf(e.NewSpte, e.Level);
        long pages = PageSize.PagesOfLevel(e.Level);
        int first = _pages.OfGfn(vm, e.Gfn, ts);
        if (first < 0 || (!was && !now))
        {
            return;
        }
        ulong accessed = RecordedSpte.AccessedMask(e.SpteFormat);
        if (e.Op == TraceEventOp.YoungCleared)
        {
            ulong hva = _pages.HvaOf(first);
            bool inside = _openRange.TryGetValue(e.Tid, out (ulong From, ulong To) range) && hva < range.To && hva + ((ulong)pages << PageSize.Shift) > range.From;
            Cleared++;
            Orphans += inside ? 0 : 1;
            if (_firstOpen.Remove(first))
            {
                FirstClears = (FirstClears.All + 1, FirstClears.Old);
            }
            return;
        }
        _openRange.Remove(e.Tid);
        for (int p = first; p < first + pages; p++)
        {
            _firstOpen.Remove(p);
        }
        if (now)
        {
            if (pages == 1 && !was && (e.NewSpte & accessed) != 0)
            {
                _firstOpen.Add(first);
            }
            Map(first, pages, RecordedSpte.PfnOf(e.NewSpte));
        }
    }

    private void Map(int first, long pages, ulong pfn)
    {
        for (int i = first; first >= 0 && i < first + pages && i < _mapped.Length; i++)
        {
            int p = _same[i];
            _mapped[p] = true;
            _hugeLeaf[p] = pages > 1;
            Name(p, pfn == 0 ? 0 : pfn + (ulong)(i - first));
        }
    }

    private void OnReclaim(in TraceEvent e)
    {
        Asker asker = Of(e.Tid);
        switch (e.Op)
        {
            case TraceEventOp.Isolate:
                EndWalk(asker);
                EndBatch(asker);
                // A scan that takes nothing has no shrink event.
                asker.InBatch = e.N3 > 0;
                asker.Active = e.Has(EventColumn.Lru) && e.Lru is 1 or 3;
                break;
            case TraceEventOp.ShrinkInactive or TraceEventOp.ShrinkActive:
                // Pages that became clean meanwhile are tried again: their calls follow the first shrink event and precede a second.
                asker.Calls.AddRange(asker.Walk?.Calls ?? []);
                asker.Walk = null;
                EndBatch(asker);
                break;
            default:
                EndWalk(asker);
                break;
        }
    }

    private void OnCall(in TraceEvent e, long ts)
    {
        Asker asker = Of(e.Tid);
        int page = _pages.OfHva(e.Start, ts, out long left);
        ulong end = e.Has(EventColumn.End) ? e.End : e.Start + PageSize.Bytes;
        int pages = (int)Math.Min(left, (long)(end - e.Start) >> PageSize.Shift);
        _openRange[e.Tid] = (e.Start, end);
        // A young answer is counted at the entry that tells it, behind the call.
        for (int p = page; page >= 0 && e.Has(EventColumn.Young) && !e.Young && p < page + pages; p++)
        {
            FirstClears = _firstOpen.Remove(p) ? (FirstClears.All + 1, FirstClears.Old + 1) : FirstClears;
        }
        page = page < 0 ? page : _same[page];
        bool? young = page < 0 ? null : e.Has(EventColumn.Young) ? e.Young : null;
        asker.Last = null;
        int[] window = page < 0 || young == false ? [] : Window(page);
        Call call = new(page, e.Start, young)
        {
            Window = window,
            Fresh = [.. window.Where(p => !_tellsInsertions || _pfn[p] == 0 || !_inserted.Contains(_pfn[p]))],
        };
        asker.Last = call;
        if (!_batches || asker.InBatch)
        {
            asker.Calls.Add(call);
            return;
        }
        if (page < 0)
        {
            return;
        }
        // Huge entries of a stretch are read after the small ones.
        if (asker.Walk is { } open && (open.AskedPages.Contains(page) || (pages == 1 && e.Start < open.LastHva)))
        {
            EndWalk(asker);
        }
        asker.Walk ??= new Walk([.. _mapped.Select((m, p) => m && !IsZeroPage(p))], _pages.SlotOf(page).Vm, _capture.Input.Demand.CommandAt(ts) is >= 0 and var c ? _capture.Input.Demand.Commands[c] : null);
        asker.Walk.Calls.Add(call);
        asker.Walk.LastHva = pages == 1 ? e.Start : asker.Walk.LastHva;
        for (int p = page; p < page + pages; p++)
        {
            asker.Walk.AskedPages.Add(p);
            asker.Walk.NotExpected += _mapped[p] ? 0 : 1;
        }
    }

    private void OnUnmap(in TraceEvent e, long ts)
    {
        Asker asker = Of(e.Tid);
        if (asker.Last is { } call && call.Hva == e.Start && e.End - e.Start <= PageSize.Bytes << 9)
        {
            call.Unmapped = true;
        }
        asker.Last = null;
        int first = _pages.OfHva(e.Start, ts, out long left);
        long pages = first < 0 ? 0 : Math.Min(left, (long)(e.End - e.Start) >> PageSize.Shift);
        first = first < 0 ? first : _same[first];
        for (int p = first; p < first + pages; p++)
        {
            // Reclaim or madvise gives the frame back; a change of protection (rest of the range) leaves it, and the page is asked anyway.
            _inserted.Remove(_pfn[p]);
            Name(p, 0);
            _mapped[p] = false;
        }
        if (!_batches)
        {
            EndBatch(asker);
        }
    }

    private void EndWalk(Asker asker)
    {
        if (asker.Walk is not { } walk)
        {
            return;
        }
        asker.Walk = null;
        Walks++;
        Asked += walk.AskedPages.Count;
        NotExpected += walk.NotExpected;
        HashSet<ulong> tables = [];
        foreach (int page in walk.AskedPages)
        {
            tables.Add(_pages.HvaOf(page) >> 21);
        }
        for (int p = 0; p < _mapped.Length; p++)
        {
            if (_pages.SlotOf(p).Vm != walk.Vm)
            {
                continue;
            }
            if (walk.AskedPages.Contains(p))
            {
                Present += walk.MappedAtBegin[p] || _mapped[p] ? 1 : 0;
                continue;
            }
            if (!walk.MappedAtBegin[p] || !_mapped[p])
            {
                continue;
            }
            Present++;
            if (!tables.Contains(_pages.HvaOf(p) >> 21))
            {
                TableSkipped++;
                TableSkippedForced += walk.Command is { Kind: CommandKind.Age, ForceScan: true } ? 1 : 0;
            }
            else if (!_tellsInsertions || _pfn[p] == 0 || !_inserted.Contains(_pfn[p]))
            {
                InInsertionBatch++;
            }
            else
            {
                Other++;
            }
        }
    }

    private void EndBatch(Asker asker)
    {
        List<Call> calls = asker.Calls;
        asker.Calls = [];
        asker.Last = null;
        bool active = asker.Active;
        asker.InBatch = false;
        asker.Active = false;
        if (calls.Count == 0)
        {
            return;
        }
        if (active || _classic || !_batches)
        {
            foreach (Call call in calls)
            {
                if (call.Page >= 0)
                {
                    Judge(call, active);
                }
            }
            return;
        }
        LookAround parsed = LookAround.Parse(calls, !_capture.Name.Contains("k72", StringComparison.Ordinal));
        foreach (Call target in parsed.Targets)
        {
            if (target.Page >= 0)
            {
                Judge(target, active: false);
            }
        }
        Windows += parsed.Windows;
        WindowsExact += parsed.Exact;
    }

    private void Judge(Call call, bool active)
    {
        if (active)
        {
            ActiveUnmapped += call.Unmapped ? 1 : 0;
            ActiveYoung += call.Young == true ? 1 : 0;
            ActiveOld += call.Young == true ? 0 : 1;
            return;
        }
        if (call.Unmapped)
        {
            UnmappedYoung += call.Young == true ? 1 : 0;
            UnmappedOld += call.Young == true ? 0 : 1;
        }
        else
        {
            KeptYoung += call.Young == true ? 1 : 0;
            KeptOld += call.Young == true ? 0 : 1;
        }
    }
}
