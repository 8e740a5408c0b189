using SecondLook.Contracts.Events;
using SecondLook.Replay;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>
/// Which data pages the process maps, and which of them wait in an insertion batch, as the events of a capture tell: maps, unmaps, and
/// <c>mm_lru_insertion</c> of the frames that maps name.
/// </summary>
internal sealed class ResidentPages
{
    private readonly GuestPages _pages;
    private readonly bool _spteChanges;
    private readonly SortedSet<int> _resident = [];
    private readonly HashSet<int> _waiting = [];
    private readonly Dictionary<ulong, int> _waitingFrame = [];
    private readonly HashSet<ulong> _unclaimed = [];
    private readonly Dictionary<int, ulong> _frameOf = [];
    private readonly Dictionary<int, int> _mapNumber = [];
    private int _maps;

    public ResidentPages(GuestPages pages, CaptureFacts facts)
    {
        _pages = pages;
        _spteChanges = facts.SpteChanges;
    }

    /// <summary>Whether insertions are in the capture and can be joined with pages.</summary>
    public bool KnowsBatches { get; private set; }

    /// <summary>Pages mapped in [low, high).</summary>
    public IEnumerable<int> In(int low, int high) => high <= low ? [] : _resident.GetViewBetween(low, high - 1);

    /// <summary>All mapped pages, ascending.</summary>
    public IReadOnlyCollection<int> All => _resident;

    /// <summary>Whether a page is mapped.</summary>
    public bool Contains(int page) => _resident.Contains(page);

    /// <summary>Whether a page is known to wait in an insertion batch.</summary>
    public bool Waits(int page) => KnowsBatches && _waiting.Contains(page);

    /// <summary>Whether a page was mapped so lately that it may wait, where no event tells: 31 per CPU, two CPUs and what drains meanwhile.</summary>
    public bool MayWait(int page) => !KnowsBatches && _mapNumber.TryGetValue(page, out int number) && _maps - number < 4 * 31;

    public void See(in TraceEvent e, long tsNs)
    {
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange when _spteChanges && e.Level == 1 && e.AsId == 0:
                if (RecordedSpte.IsLeaf(e.NewSpte, e.Level) && !RecordedSpte.IsLeaf(e.OldSpte, e.Level))
                {
                    Map(_pages.OfGfn(-1, e.Gfn, tsNs), RecordedSpte.PfnOf(e.NewSpte));
                }
                break;
            case TraceEventKind.SpteSet when !_spteChanges && e.Level == 1:
                Map(_pages.OfGfn(-1, e.Gfn, tsNs), RecordedSpte.PfnOf(e.NewSpte));
                break;
            case TraceEventKind.GuestFault when e.Op == TraceEventOp.Translation && e.Space == AddressSpaceKind.Gpa:
                Map(_pages.OfGfn(-1, e.Start >> 12, tsNs), 0);
                break;
            case TraceEventKind.LruInsert when e.Lru < 2:
                KnowsBatches |= _frameOf.Count > 0;
                if (_waitingFrame.Remove(e.Pfn, out int page))
                {
                    _waiting.Remove(page);
                }
                else
                {
                    _unclaimed.Add(e.Pfn);
                }
                break;
            case TraceEventKind.Invalidate:
                for (ulong at = e.Start; at < e.End; at += 4096)
                {
                    int gone = _pages.OfHva(at, tsNs, out long left);
                    if (gone < 0)
                    {
                        // Ranges outside guest memory are long; nothing in them is a page of ours.
                        at += e.End - e.Start > 1 << 24 ? (ulong)(1 << 20) - 4096 : 0;
                        continue;
                    }
                    _resident.Remove(gone);
                    _waiting.Remove(gone);
                }
                break;
        }
    }

    private void Map(int page, ulong frame)
    {
        if (page < 0 || !_resident.Add(page))
        {
            return;
        }
        _mapNumber[page] = _maps++;
        if (frame == 0)
        {
            return;
        }
        // The frame of a page that never left, or one that was put on a list before it was mapped, waits nowhere.
        bool same = _frameOf.TryGetValue(page, out ulong before) && before == frame && !_waitingFrame.ContainsKey(frame);
        _frameOf[page] = frame;
        if (!_unclaimed.Remove(frame) && !same)
        {
            _waitingFrame[frame] = page;
            _waiting.Add(page);
        }
    }
}
