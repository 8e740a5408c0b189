using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Inspect;

/// <summary>Follows each data page from mapping to clear to zap: how much of its time lies in intervals of known outcome, and which answers were wrong.</summary>
/// <remarks>Rules: inference.md 3. The first clear after a map is young because of the fault and judges nothing; a huge leaf is one group.</remarks>
internal sealed class IntervalBook
{
    private readonly TruthIndex? _truth;
    private readonly AccessedBitBook? _bits;
    private readonly List<(int Vm, ulong Gfn, ulong End)> _data;
    private readonly Dictionary<(int Vm, ulong Gfn), PageTime> _pages = [];
    private readonly HashSet<(int Vm, ulong Group)> _huge = [];
    private int _gaps;
    private double _resident;
    private double _known;

    public IntervalBook(TruthIndex? truth, List<(int Vm, ulong Gfn, ulong End)> data)
    {
        _truth = truth;
        _bits = truth is null ? null : new AccessedBitBook(truth);
        _data = data;
    }

    public bool AnySpte { get; private set; }

    public long FalseYoung { get; private set; }

    public long FalseOld { get; private set; }

    /// <summary>Accessed bits in old values of leaf events that agree with the true accesses; null without ground truth.</summary>
    public long? BitsRight => _bits?.Right;

    /// <summary>Those that do not.</summary>
    public long? BitsWrong => _bits?.Wrong;

    public double? Coverage => AnySpte && _resident > 0 ? _known / _resident : null;

    public void See(ref TraceEvent e)
    {
        if (e.Kind == TraceEventKind.SpteChange)
        {
            AnySpte = true;
            Change(ref e);
        }
        else if (e.Kind == TraceEventKind.Age && e.Op == TraceEventOp.Clear && e.Has(EventColumn.Gfn))
        {
            Call(ref e);
        }
        else if (e.Kind == TraceEventKind.Gap)
        {
            _gaps++;
            _bits?.Gap();
        }
    }

    /// <summary>Closes the book at the end of the trace: time after the last clear is of unknown outcome.</summary>
    public void Finish(long lastNs)
    {
        foreach (PageTime page in _pages.Values)
        {
            if (page.Mapped)
            {
                _resident += lastNs - page.SinceNs;
            }
        }
    }

    private void Change(ref TraceEvent e)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : 0;
        if (e.Level > 2 || !IsData(vm, e.Gfn))
        {
            return;
        }
        _bits?.Change(ref e, vm);
        bool leafBefore = (e.OldSpte & 0x800) != 0 && (e.Level == 1 || (e.OldSpte & 0x80) != 0);
        bool leafAfter = (e.NewSpte & 0x800) != 0 && (e.Level == 1 || (e.NewSpte & 0x80) != 0);
        if (e.Level == 2)
        {
            if (leafAfter)
            {
                _huge.Add((vm, e.Gfn >> 9));
            }
            else if (leafBefore)
            {
                _huge.Remove((vm, e.Gfn >> 9));
            }
        }
        ulong pages = e.Level == 2 ? 512UL : 1;
        for (ulong i = 0; i < pages; i++)
        {
            (int, ulong) key = (vm, e.Gfn + i);
            if (leafAfter && !leafBefore && (e.Op == TraceEventOp.Map || e.Op == TraceEventOp.Collapse))
            {
                _pages[key] = new PageTime(e.TsNs, e.TsNs, true, false, _gaps);
            }
            else if (leafBefore && !leafAfter && e.Op != TraceEventOp.Split && _pages.TryGetValue(key, out PageTime page) && page.Mapped)
            {
                // The zap's A bit is an outcome: the interval before it is known.
                _resident += e.TsNs - page.SinceNs;
                _known += e.TsNs - page.SinceNs;
                _pages[key] = page with { Mapped = false, SinceNs = e.TsNs };
            }
        }
    }

    private void Call(ref TraceEvent e)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : 0;
        if (!e.Has(EventColumn.Young) || !IsData(vm, e.Gfn))
        {
            return;
        }
        bool huge = _huge.Contains((vm, e.Gfn >> 9));
        ulong first = huge ? e.Gfn & ~511UL : e.Gfn;
        ulong count = huge ? 512UL : 1;
        bool judged = false;
        for (ulong i = 0; i < count; i++)
        {
            (int, ulong) key = (vm, first + i);
            if (!_pages.TryGetValue(key, out PageTime page) || !page.Mapped)
            {
                continue;
            }
            if (!judged)
            {
                judged = true;
                Judge(ref e, vm, first, count, page);
            }
            _resident += e.TsNs - page.SinceNs;
            _known += e.TsNs - page.SinceNs;
            // Only what found the bit set cleared it: an old answer leaves the bit's history as it was.
            _pages[key] = e.Young
                ? page with { SinceNs = e.TsNs, ClearedNs = e.TsNs, Cleared = true, Gaps = _gaps }
                : page with { SinceNs = e.TsNs };
        }
    }

    private void Judge(ref TraceEvent e, int vm, ulong first, ulong count, PageTime page)
    {
        if (_truth is null || page.Gaps != _gaps || !page.Cleared)
        {
            return;
        }
        bool touched = false;
        for (ulong i = 0; i < count && !touched; i++)
        {
            touched = _truth.Touched(vm, first + i, page.ClearedNs, e.TsNs);
        }
        FalseYoung += e.Young && !touched ? 1 : 0;
        FalseOld += !e.Young && touched ? 1 : 0;
    }

    private bool IsData(int vm, ulong gfn)
    {
        foreach ((int slotVm, ulong start, ulong end) in _data)
        {
            if (slotVm == vm && gfn >= start && gfn < end)
            {
                return true;
            }
        }
        return false;
    }

    private readonly record struct PageTime(long SinceNs, long ClearedNs, bool Mapped, bool Cleared, int Gaps);
}
