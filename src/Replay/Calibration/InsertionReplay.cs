using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Calibration;

/// <summary>Mode <c>volume_order</c>: pages reach the lists for the first time when and in the order in which the trace shows it.</summary>
/// <remarks>
/// Insertions of other programs stand at the begin of a drain, since their pages waited there first: of the unknown pages of one drain the last ones are
/// the program's, as many as the model has waiting on that CPU.
/// </remarks>
internal sealed class InsertionReplay : IInsertionOrder
{
    private const ulong SpareHostPage = 0x7e0000000;
    private const int SparePages = 64;

    private readonly HostModel _host;
    private readonly List<RecordedInsertion> _entries;
    private readonly Func<long, int> _pageOfGfn;
    private readonly HashSet<int> _awaited = [];
    private readonly List<(int Folio, int Cpu)> _private = [];
    private readonly int _lastUnknown;
    private readonly int _firstSpare;
    private int _spare;
    private int _next;
    private long _untilNs;

    /// <summary>Takes over the first insertions of a host.</summary>
    /// <param name="host">The host; pages of the program at start have been faulted in.</param>
    /// <param name="entries">What the trace shows, from the first snapshot on.</param>
    /// <param name="pageOfGfn">Model page of a guest frame; negative for none.</param>
    /// <param name="reclaimNs">When reclaim first runs: pages that the guest never saw may have come back from then on.</param>
    public InsertionReplay(HostModel host, List<RecordedInsertion> entries, Func<long, int> pageOfGfn, long reclaimNs)
    {
        _host = host;
        _entries = entries;
        _pageOfGfn = pageOfGfn;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Gfn >= 0 && pageOfGfn(entries[i].Gfn) is int page and >= 0)
            {
                _awaited.Add(page);
            }
            else if (entries[i].Gfn == RecordedInsertions.Unknown && entries[i].TsNs < reclaimNs)
            {
                _lastUnknown = i;
            }
        }
        _firstSpare = host.AddPrivate(SpareHostPage, SparePages, null);
        host.Reclaim.FollowInsertions(this);
    }

    /// <inheritdoc/>
    public bool Holds(int folio, int cpu)
    {
        if (_awaited.Contains(folio))
        {
            return true;
        }
        if (_next > _lastUnknown || _host.GuestPageOf(folio) >= 0 || _host.Reclaim.VmaOf(folio) is null)
        {
            return false;
        }
        _private.Add((folio, cpu));
        return true;
    }

    /// <inheritdoc/>
    public void Draining() => Advance(_untilNs, wait: false);

    /// <summary>A command works until a time; what it drains is inserted before it looks at the lists.</summary>
    public void Command(long beginNs, long endNs)
    {
        Advance(beginNs, wait: false);
        _untilNs = endNs;
    }

    /// <summary>Inserts what the trace shows inserted up to a time.</summary>
    /// <param name="tsNs">The time.</param>
    /// <param name="wait">Pages that are not faulted in yet hold back those behind them; otherwise they are passed over.</param>
    public void Advance(long tsNs, bool wait)
    {
        for (; _next < _entries.Count && _entries[_next].TsNs <= tsNs; _next++)
        {
            RecordedInsertion entry = _entries[_next];
            if (entry.Gfn >= 0)
            {
                int page = _pageOfGfn(entry.Gfn);
                if (page >= 0 && _awaited.Contains(page) && !_host.Reclaim.InsertHeld(page) && wait && _host.GuestPageOf(page) >= 0)
                {
                    return;
                }
                _awaited.Remove(page);
            }
            else if (entry.Gfn == RecordedInsertions.Unknown && _next <= _lastUnknown)
            {
                InsertPrivate(entry);
            }
        }
        if (_next > _lastUnknown)
        {
            foreach ((int folio, int _) in _private)
            {
                _host.Reclaim.InsertHeld(folio);
            }
            _private.Clear();
        }
    }

    private void InsertPrivate(in RecordedInsertion entry)
    {
        int waiting = 0;
        int first = 0;
        for (int i = _private.Count - 1; i >= 0; i--)
        {
            bool same = _private[i].Cpu == entry.Cpu;
            waiting += same ? 1 : 0;
            first = same ? i : first;
        }
        if (!entry.First && entry.Rest > waiting && _spare < SparePages)
        {
            // Nobody else's: a page that the model of the program does not know.
            int page = _firstSpare + _spare++;
            _host.PrivateHostAccess(page, write: true, entry.Cpu);
            _host.Reclaim.InsertHeld(page);
            _private.RemoveAll(p => p.Folio == page);
        }
        else if (waiting > 0 && entry.Rest <= waiting)
        {
            _host.Reclaim.InsertHeld(_private[first].Folio);
            _private.RemoveAt(first);
        }
    }
}
