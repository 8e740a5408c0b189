using System.Numerics;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Replay.Ledger;

/// <summary>
/// Charges every wrong decision of one replay to exactly one cause: the first repair whose replay does not make it. What no repair removes is
/// unavoidable for a policy of this kind.
/// </summary>
/// <remarks>
/// A decision is a page at a reclaim pass: taken though touched again within the horizon (false-cold), or kept at its end though not touched
/// within it (false-hot). Replays share accesses and demand, so passes correspond by their number.
/// </remarks>
public sealed class ErrorLedger
{
    private readonly ReplayRecord _record;
    private readonly string[] _evictions;
    private readonly Dictionary<(int Pass, string Side, string Cause), long> _sums = [];
    private readonly List<ulong[]> _hotLeft = [];
    private long _coldLeft;

    /// <summary>Opens the ledger of a replay.</summary>
    /// <param name="record">The replay; its <see cref="ReplayRecord.FalseHotPages"/> must have been kept.</param>
    public ErrorLedger(ReplayRecord record)
    {
        _record = record;
        _evictions = new string[record.Evictions.Count];
        Array.Fill(_evictions, "");
        foreach (EvictionRow eviction in record.Evictions)
        {
            _coldLeft += eviction.Outcome == EvictionOutcome.FalseCold ? 1 : 0;
        }
        foreach (ulong[] pages in record.FalseHotPages!)
        {
            _hotLeft.Add([.. pages]);
        }
    }

    /// <summary>Whether errors are left that no repair has removed so far.</summary>
    public bool HasErrors
    {
        get
        {
            bool hot = false;
            foreach (ulong[] pages in _hotLeft)
            {
                hot |= pages.AsSpan().IndexOfAnyExcept(0UL) >= 0;
            }
            return hot || _coldLeft > 0;
        }
    }

    /// <summary>Charges what a repaired replay does not get wrong.</summary>
    /// <param name="cause">The cause repaired.</param>
    /// <param name="repaired">The replay.</param>
    public void Charge(string cause, ReplayRecord repaired)
    {
        HashSet<(int Pass, int Page)> still = [];
        foreach (EvictionRow eviction in repaired.Evictions)
        {
            if (eviction.Outcome == EvictionOutcome.FalseCold)
            {
                still.Add((eviction.Pass, eviction.Page));
            }
        }
        for (int i = 0; i < _evictions.Length; i++)
        {
            EvictionRow eviction = _record.Evictions[i];
            if (eviction.Outcome == EvictionOutcome.FalseCold && _evictions[i].Length == 0 && !still.Contains((eviction.Pass, eviction.Page)))
            {
                ChargeEviction(i, cause);
            }
        }
        for (int pass = 0; pass < _hotLeft.Count; pass++)
        {
            ulong[] left = _hotLeft[pass];
            ulong[]? wrong = pass < repaired.FalseHotPages!.Count ? repaired.FalseHotPages[pass] : null;
            ulong[]? stale = cause is ErrorCause.SecondaryNotRead ? _record.StaleHotPages![pass] : null;
            long removed = 0;
            long removedStale = 0;
            for (int w = 0; w < left.Length; w++)
            {
                ulong now = wrong is null ? 0 : left[w] & wrong[w];
                ulong gone = left[w] & ~now;
                ulong old = stale is null ? 0 : gone & stale[w];
                removed += BitOperations.PopCount(gone & ~old);
                removedStale += BitOperations.PopCount(old);
                left[w] = now;
            }
            Add(pass, "false_hot", cause, removed);
            Add(pass, "false_hot", ErrorCause.OneMmuCleared, removedStale);
        }
    }

    /// <summary>Charges the rest as unavoidable, checks the sums and writes the result into the replay.</summary>
    /// <exception cref="InvariantException">Causes do not add up to the errors.</exception>
    public void Close()
    {
        for (int i = 0; i < _evictions.Length; i++)
        {
            if (_record.Evictions[i].Outcome == EvictionOutcome.FalseCold && _evictions[i].Length == 0)
            {
                ChargeEviction(i, ErrorCause.Unavoidable);
            }
        }
        for (int pass = 0; pass < _hotLeft.Count; pass++)
        {
            long rest = 0;
            foreach (ulong word in _hotLeft[pass])
            {
                rest += BitOperations.PopCount(word);
            }
            Add(pass, "false_hot", ErrorCause.Unavoidable, rest);
        }
        List<ErrorCauseRow> rows = [];
        for (int pass = 0; pass <= _record.Passes.Count; pass++)
        {
            CloseSide(pass, "false_cold", rows);
            CloseSide(pass, "false_hot", rows);
        }
        _record.EvictionCauses = _evictions;
        _record.ErrorCauses = rows;
    }

    private void CloseSide(int pass, string side, List<ErrorCauseRow> rows)
    {
        long sum = 0;
        foreach (string cause in ErrorCause.Order)
        {
            long pages = _sums.GetValueOrDefault((pass, side, cause));
            sum += pages;
            if (pages > 0)
            {
                rows.Add(new ErrorCauseRow(pass, side, cause, pages));
            }
        }
        if (pass == _record.Passes.Count)
        {
            // Evictions after the last pass belong to no row of the passes.
            return;
        }
        ReclaimPassRow row = _record.Passes[pass];
        long total = string.Equals(side, "false_cold", StringComparison.Ordinal) ? row.FalseCold : row.FalseHot;
        if (sum != total)
        {
            throw new InvariantException(pass, row.TsNs, $"pass {pass} has {total} {side} decisions, yet {sum} are charged to causes");
        }
    }

    private void ChargeEviction(int index, string cause)
    {
        _evictions[index] = cause;
        _coldLeft--;
        Add(_record.Evictions[index].Pass, "false_cold", cause, 1);
    }

    private void Add(int pass, string side, string cause, long pages)
    {
        if (pages > 0)
        {
            _sums[(pass, side, cause)] = _sums.GetValueOrDefault((pass, side, cause)) + pages;
        }
    }
}
