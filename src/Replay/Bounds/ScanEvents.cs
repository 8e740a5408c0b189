using SecondLook.Contracts.Events;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Replay.Bounds;

/// <summary>The events of a dataset in order, as they are or with damage done to them.</summary>
/// <remarks>
/// An answer that ingest read off the leaf event behind a call changes with that event: where it vanishes without a mark the call reads as old,
/// inside a marked loss it is open.
/// </remarks>
public sealed class ScanEvents : IDisposable
{
    private readonly EventsReader _reader;
    private readonly HashSet<long> _dropped = [];
    private readonly Dictionary<long, bool> _answers = [];
    private readonly SortedDictionary<long, long> _steps = [];
    private readonly HashSet<long> _swapped = [];
    private TraceEvent _held;
    private bool _holds;
    private long _stepNs;

    /// <summary>Opens the events of a dataset.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="damage">Damage to do, or null.</param>
    public ScanEvents(string folder, EventDamage? damage)
    {
        _reader = new EventsReader(folder);
        if (damage is not null)
        {
            Plan(damage.Places ?? DamagePlaces.Of(folder), damage);
        }
    }

    /// <summary>Strings of the dataset.</summary>
    public StringTable Strings => _reader.Strings;

    /// <summary>Stretches that the damage marks as lost, ns.</summary>
    public List<(long BeginNs, long EndNs)> Gaps { get; } = [];

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    /// <summary>Reads the next event.</summary>
    public bool TryRead(ref TraceEvent e)
    {
        if (_holds)
        {
            e = _held;
            _holds = false;
            return true;
        }
        if (!TryReadNext(ref e))
        {
            return false;
        }
        if (_swapped.Contains(e.Seq))
        {
            TraceEvent behind = default;
            if (TryReadNext(ref behind))
            {
                _held = e;
                _holds = true;
                e = behind;
            }
        }
        return true;
    }

    private bool TryReadNext(ref TraceEvent e)
    {
        do
        {
            if (!_reader.TryRead(ref e))
            {
                return false;
            }
            if (_steps.TryGetValue(e.Seq, out long step))
            {
                _stepNs += step;
            }
        }
        while (_dropped.Contains(e.Seq));
        if (_stepNs != 0 && e.Has(EventColumn.TsNs))
        {
            e.TsNs += _stepNs;
        }
        if (_answers.TryGetValue(e.Seq, out bool known))
        {
            if (known)
            {
                e.Young = false;
                e.YoungSrc = YoungSource.Absence;
            }
            else
            {
                e.Unset(EventColumn.Young);
            }
        }
        return true;
    }

    private void Plan(DamagePlaces places, EventDamage damage)
    {
        List<(long Seq, long TsNs, short Cpu)> all = places.All;
        Dictionary<long, long> callOfLeaf = places.CallOfLeaf;
        if (all.Count == 0)
        {
            return;
        }
        Xoshiro256 random = new(damage.Seed, "trust.damage", 0);
        foreach (long size in damage.MarkedLosses)
        {
            Lose(all, (int)random.NextBelow((ulong)all.Count), size, callOfLeaf);
        }
        for (long i = 0; i < damage.Vanished; i++)
        {
            long seq = all[(int)random.NextBelow((ulong)all.Count)].Seq;
            _dropped.Add(seq);
            if (callOfLeaf.TryGetValue(seq, out long call))
            {
                _answers[call] = true;
            }
        }
        for (long i = 0; i < damage.Swapped && all.Count > 1; i++)
        {
            Swap(all, (int)random.NextBelow((ulong)all.Count - 1), callOfLeaf);
        }
        foreach (long step in damage.StepsNs)
        {
            long seq = all[(int)random.NextBelow((ulong)all.Count)].Seq;
            _steps[seq] = _steps.GetValueOrDefault(seq) + step;
        }
    }

    // Ingest puts lines back by their stamps; what stays out of order has the same stamp. A call whose entry does not change at once reads as old.
    private void Swap(List<(long Seq, long TsNs, short Cpu)> all, int at, Dictionary<long, long> callOfLeaf)
    {
        (long seq, long ts, short cpu) = all[at];
        (long behind, long tsBehind, short cpuBehind) = all[at + 1];
        if (cpu != cpuBehind || ts != tsBehind || _swapped.Contains(behind) || (at > 0 && _swapped.Contains(all[at - 1].Seq)))
        {
            return;
        }
        _swapped.Add(seq);
        if (callOfLeaf.TryGetValue(behind, out long call) && call == seq)
        {
            _answers[call] = true;
        }
        else if (callOfLeaf.TryGetValue(seq, out call))
        {
            _answers[call] = true;
        }
    }

    private void Lose(List<(long Seq, long TsNs, short Cpu)> all, int first, long size, Dictionary<long, long> callOfLeaf)
    {
        short cpu = all[first].Cpu;
        long begin = all[first].TsNs;
        long end = begin;
        for (int i = first; i < all.Count && size > 0; i++)
        {
            if (all[i].Cpu != cpu)
            {
                continue;
            }
            size--;
            end = all[i].TsNs;
            _dropped.Add(all[i].Seq);
            if (callOfLeaf.TryGetValue(all[i].Seq, out long call))
            {
                _answers[call] = false;
            }
        }
        Gaps.Add((begin, end));
    }
}
