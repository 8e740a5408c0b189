using SecondLook.Contracts.Addresses;
using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Schedules;

/// <summary>Reads events in order and derives what they prove about the guest's accesses.</summary>
/// <remarks>
/// Rules of inference.md sections 2, 3 and 5: a map is an access and starts an interval; a clear ends one; a removal ends one with its
/// accessed bit; the first clear after a map says nothing new; one bit of a huge leaf is a group of pages; losses make old answers unknown.
/// Omits: lifelines of pages that only the host itself touches; they set no bit in a secondary MMU.
/// </remarks>
public sealed partial class IntervalBuilder
{
    private readonly GuestPages _pages;
    private readonly PageLifelines _lines;
    private readonly ThreadVms _threads;
    private readonly int _vms;
    private readonly List<AccessPoint> _points = [];
    private readonly List<RecordedUnmap> _unmaps = [];
    private readonly Dictionary<int, (ulong Gfn, bool Write)> _lastFault = [];
    private readonly Dictionary<int, (int Page, long TsNs, long Seq)> _openCall = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (int Page, int Pages, long TsNs, long Seq)> _silentCall = [];
    private readonly List<(int Index, bool Young)> _perhapsSoftware = [];
    private readonly bool[] _softwareYoung;
    private bool _tdp;
    private bool _accessFlagFaults;
    private long _firstNs = long.MaxValue;
    private long _lastNs = long.MinValue;
    private long _lastSeq;

    /// <summary>An L2 runs beside the TDP MMU: it uses pages through shadow entries, which age without an event, so no interval of any page is known.</summary>
    public bool HasNestedGuest { get; set; }

    /// <summary>Creates a builder.</summary>
    /// <param name="pages">Pages of the capture.</param>
    /// <param name="gaps">Where events were lost.</param>
    /// <param name="threads">Threads of several VMs; <see cref="ThreadVms.None"/> for one VM.</param>
    public IntervalBuilder(GuestPages pages, GapTimeline gaps, ThreadVms threads)
    {
        _threads = threads;
        _vms = pages.HasSharedFrames ? pages.VmCount : 1;
        _pages = pages;
        _lines = new PageLifelines(pages.Count, gaps);
        _softwareYoung = new bool[pages.Count];
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="tsNs">Its time, never before that of the event before.</param>
    public void Add(in TraceEvent e, long tsNs)
    {
        if (e.Kind != TraceEventKind.Identity)
        {
            _firstNs = Math.Min(_firstNs, tsNs);
            _lastNs = Math.Max(_lastNs, tsNs);
        }
        _lastSeq = e.Seq;
        EndSilentCall(e, tsNs);
        EndCall(e);
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange when e.AsId == 0:
                OnSpteChange(e, tsNs);
                break;
            case TraceEventKind.SpteSet when !_tdp:
                OnSpteSet(e, tsNs);
                break;
            case TraceEventKind.SpteSet:
                SeeEntry(e, tsNs);
                break;
            case TraceEventKind.GuestFault:
                OnGuestFault(e, tsNs);
                break;
            case TraceEventKind.Age:
                OnAge(e, tsNs);
                break;
            case TraceEventKind.Invalidate:
                OnInvalidate(e, tsNs);
                break;
            case TraceEventKind.Reclaim:
                SeeReclaim(e);
                break;
        }
    }

    /// <summary>Whether TDP MMU entries were seen.</summary>
    public bool HasOutcomes => _tdp;

    /// <summary>Ends the capture and returns what it proves.</summary>
    public KnownIntervals Finish()
    {
        foreach ((int Page, long TsNs, long Seq) call in _openCall.Values)
        {
            CloseCall(call, IntervalOutcome.Unknown);
        }
        if (_accessFlagFaults)
        {
            // The first access-flag fault tells what kind of CPU it is, also for the calls before it.
            foreach ((int index, bool young) in _perhapsSoftware)
            {
                _lines.Resolve(index, young ? IntervalOutcome.Young : IntervalOutcome.Old);
            }
        }
        if (_lastNs < _firstNs)
        {
            _firstNs = _lastNs = 0;
        }
        _lines.Finish(_lastNs, _lastSeq + 1);
        AnswerKept();
        _lines.Intervals.Sort(static (a, b) => a.EndSeq != b.EndSeq ? a.EndSeq.CompareTo(b.EndSeq) : a.Page.CompareTo(b.Page));
        return new KnownIntervals
        {
            Intervals = _lines.Intervals,
            Points = _points,
            Unmaps = _unmaps,
            FirstNs = _firstNs,
            LastNs = _lastNs,
            ResidentPageNs = _lines.ResidentPageNs,
            KnownPageNs = HasNestedGuest ? 0 : _lines.KnownPageNs,
            Contradictions = _lines.Contradictions,
            Counts = _counts,
        };
    }

    private void OnSpteChange(in TraceEvent e, long tsNs)
    {
        int level = e.Level;
        bool oldLeaf = RecordedSpte.IsLeaf(e.OldSpte, level);
        bool newLeaf = RecordedSpte.IsLeaf(e.NewSpte, level);
        if ((!oldLeaf && !newLeaf) || level > 2)
        {
            return;
        }
        int pages = (int)PageSize.PagesOfLevel(level);
        int first = FirstPage(VmOfEntry(e, tsNs), e.Gfn, ref pages, tsNs);
        if (first < 0)
        {
            return;
        }
        // From the first TDP MMU entry on every answer is exact.
        _tdp = true;
        ulong mask = RecordedSpte.AccessedMask(e.SpteFormat);
        bool samePfn = RecordedSpte.PfnOf(e.OldSpte) == RecordedSpte.PfnOf(e.NewSpte);
        if (oldLeaf && newLeaf && samePfn)
        {
            OnChange(e, tsNs, first, pages, mask);
            return;
        }
        if (oldLeaf && !RecordedSpte.IsPresent(e.NewSpte))
        {
            OnZap(e, tsNs, first, pages, mask);
        }
        else if (oldLeaf && newLeaf)
        {
            OnZap(e, tsNs, first, pages, mask);
        }
        if (newLeaf && !(pages == 1 && !oldLeaf && EnteredEarly(e.Tid, first, RecordedSpte.PfnOf(e.NewSpte))))
        {
            OnMap(e, tsNs, first, pages, (e.NewSpte & mask) != 0);
        }
        // A present leaf that becomes a table was split: its children inherit the open answer.
    }

    private void OnChange(in TraceEvent e, long tsNs, int first, int pages, ulong mask)
    {
        if ((e.OldSpte & mask) != 0 && (e.NewSpte & mask) == 0)
        {
            Count(pages > 1 ? "young_cleared_huge" : "young_cleared");
            if (pages == 1 && AnswersEarlierCall(e, first))
            {
                return;
            }
            _lines.Clear(first, pages, tsNs, e.Seq, IntervalOutcome.Young);
        }
    }

    private void OnZap(in TraceEvent e, long tsNs, int first, int pages, ulong mask)
    {
        if (_lines.IsPresent(first) && _lines.PfnOf(first) != 0 && _lines.PfnOf(first) != RecordedSpte.PfnOf(e.OldSpte))
        {
            // An entry of an invalidated root: the page has been mapped anew since.
            Count("zap_of_old_root");
            return;
        }
        if (pages == 1)
        {
            SeeRemoval(e, tsNs, first);
        }
        bool young = (e.OldSpte & mask) != 0;
        Count(young ? "zap_young" : "zap_old");
        _lines.Remove(first, pages, tsNs, e.Seq, young ? IntervalOutcome.Young : IntervalOutcome.Old, IntervalEnd.Zap);
    }

    private void OnMap(in TraceEvent e, long tsNs, int first, int pages, bool accessed)
    {
        Count("map");
        bool known = _lastFault.TryGetValue(e.Tid, out (ulong Gfn, bool Write) fault);
        for (int p = first; p < first + pages; p++)
        {
            _lines.Map(p, tsNs, e.Seq, RecordedSpte.PfnOf(e.NewSpte), accessed);
        }
        if (accessed)
        {
            int touched = first;
            if (pages > 1)
            {
                touched = known && fault.Gfn - e.Gfn < (ulong)pages ? first + (int)(fault.Gfn - e.Gfn) : first;
            }
            _points.Add(new AccessPoint(touched, tsNs, e.Seq, known && fault.Gfn - e.Gfn < (ulong)pages && fault.Write));
        }
    }

    private void OnSpteSet(in TraceEvent e, long tsNs)
    {
        int page = e.Level == 1 ? PageOf(e, e.Gfn, tsNs) : -1;
        // Prefetched entries carry no accessed bit and prove nothing.
        if (page >= 0 && (e.NewSpte & RecordedSpte.AccessedMask(e.SpteFormat)) != 0)
        {
            AddPoint(page, tsNs, e.Seq, _lastFault.TryGetValue(e.Tid, out (ulong Gfn, bool Write) fault) && fault.Write);
        }
    }

    private void OnGuestFault(in TraceEvent e, long tsNs)
    {
        bool write = (e.Access & 2) != 0;
        if (!e.Has(EventColumn.Start) || e.Space != AddressSpaceKind.Gpa)
        {
            // The address of a fault under shadow paging is the guest's own: only the entry set afterwards names the page.
            _lastFault[e.Tid] = (ulong.MaxValue, write);
            return;
        }
        ulong gfn = e.Start >> PageSize.Shift;
        _lastFault[e.Tid] = (gfn, write);
        int page = PageOf(e, gfn, tsNs);
        if (page < 0)
        {
            return;
        }
        switch (e.Op)
        {
            case TraceEventOp.Translation or TraceEventOp.Permission or TraceEventOp.AccessFlag:
                _accessFlagFaults |= e.Op == TraceEventOp.AccessFlag;
                _softwareYoung[page] = true;
                AddPoint(page, tsNs, e.Seq, write);
                break;
            case TraceEventOp.FastFixed or TraceEventOp.FastSpurious when _lines.IsPresent(page):
                AddPoint(page, tsNs, e.Seq, write);
                break;
        }
    }

    private void AddPoint(int page, long tsNs, long seq, bool write)
    {
        _lines.Point(page, tsNs, seq);
        _points.Add(new AccessPoint(page, tsNs, seq, write));
    }

    private int PageOf(in TraceEvent e, ulong gfn, long tsNs)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : _threads.Of(e.Tid);
        return IsOfUnknownVm(vm, gfn) ? -1 : _pages.OfGfn(vm, gfn, tsNs);
    }

    // A frame that two VMs have, named by a thread of neither that is known: whose page it is cannot be told, and a guess would be a wrong fact.
    private bool IsOfUnknownVm(int vm, ulong gfn)
    {
        if (vm >= 0 || _vms == 1 || !_pages.IsShared(gfn))
        {
            return false;
        }
        Count(KnownIntervals.UnknownVm);
        return true;
    }

    // Entry events name no VM: the thread tells, else the frame that the old value names.
    private int VmOfEntry(in TraceEvent e, long tsNs)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : _threads.Of(e.Tid);
        if (vm >= 0 || _vms == 1 || !RecordedSpte.IsPresent(e.OldSpte))
        {
            return vm;
        }
        for (int candidate = 0; candidate < _vms; candidate++)
        {
            int page = _pages.OfGfn(candidate, e.Gfn, tsNs);
            if (page >= 0 && _lines.PfnOf(page) == RecordedSpte.PfnOf(e.OldSpte))
            {
                return candidate;
            }
        }
        return -1;
    }

    private int FirstPage(int known, ulong gfn, ref int pages, long tsNs)
    {
        int first = IsOfUnknownVm(known, gfn) ? -1 : _pages.OfGfn(known, gfn, tsNs);
        if (pages == 1 || first < 0)
        {
            return first;
        }
        while (pages > 1 && _pages.OfGfn(known, gfn + (ulong)pages - 1, tsNs) != first + pages - 1)
        {
            pages--;
        }
        return first;
    }

    private void Count(string name) => _counts[name] = _counts.GetValueOrDefault(name) + 1;
}
