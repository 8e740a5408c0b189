using SecondLook.Contracts.Diagnostics;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>
/// Keeps what is resident while a policy is replayed, and judges every decision against the future of the schedule. The policy never sees
/// the future through it.
/// </summary>
public sealed class ReplayRecorder
{
    private readonly AccessSchedule _schedule;
    private readonly bool[] _resident;
    private readonly int[] _next;
    private readonly long[] _lastTouch;
    private readonly long[] _evictedAt;
    private readonly long _endNs;
    private readonly long _horizonNs;
    private readonly long _coldAgeNs;
    private readonly TouchKnowledge? _knowledge;
    private long _lastChangeNs;
    private int _passFirstEviction;

    /// <summary>Begins a record with nothing resident.</summary>
    /// <param name="schedule">Accesses that are replayed.</param>
    /// <param name="record">Receives the rows.</param>
    /// <param name="beginNs">First instant.</param>
    /// <param name="endNs">Last instant of the trace; what lies beyond is unknown.</param>
    /// <param name="horizonNs">A touch sooner than this makes an eviction wrong.</param>
    /// <param name="coldAgeNs">Age at which pages count as cold.</param>
    /// <param name="knowledge">What the capture proves, to judge decisions by it too; null where that is not asked for.</param>
    public ReplayRecorder(AccessSchedule schedule, ReplayRecord record, long beginNs, long endNs, long horizonNs, long coldAgeNs, TouchKnowledge? knowledge = null)
    {
        _knowledge = knowledge;
        _schedule = schedule;
        Record = record;
        _resident = new bool[schedule.First.Length];
        _next = schedule.First.ToArray();
        _lastTouch = new long[_resident.Length];
        _evictedAt = new long[_resident.Length];
        Array.Fill(_lastTouch, long.MinValue);
        Array.Fill(_evictedAt, long.MinValue);
        _endNs = endNs;
        _horizonNs = horizonNs;
        _coldAgeNs = coldAgeNs;
        NowNs = beginNs;
        _lastChangeNs = beginNs;
    }

    /// <summary>Rows so far.</summary>
    public ReplayRecord Record { get; }

    /// <summary>Pages resident.</summary>
    public int ResidentPages { get; private set; }

    /// <summary>Time of the replay, ns.</summary>
    public long NowNs { get; private set; }

    /// <summary>A touch sooner than this after an eviction makes it wrong, ns.</summary>
    public long HorizonNs => _horizonNs;

    /// <summary>Age at which pages count as cold, ns.</summary>
    public long ColdAgeNs => _coldAgeNs;

    /// <summary>Whether a page has, or was last believed young on, a bit older than a harvest of it; null for memories without such bits.</summary>
    public Func<int, bool>? HasStaleBit { get; set; }

    /// <summary>Whether a page is resident.</summary>
    public bool IsResident(int page) => _resident[page];

    /// <summary>Advances the time of the replay.</summary>
    public void AdvanceTo(long tsNs) => NowNs = Math.Max(NowNs, tsNs);

    /// <summary>A touch happens.</summary>
    /// <param name="position">Its position in the schedule.</param>
    /// <returns>Whether the page is resident.</returns>
    public bool Touch(int position)
    {
        ref readonly ScheduledAccess access = ref _schedule.Accesses[position];
        int page = access.Page;
        AdvanceTo(access.TsNs);
        _next[page] = _schedule.Next[position];
        Record.Requests++;
        bool hit = _resident[page];
        if (!hit)
        {
            Record.Misses++;
            if (_evictedAt[page] == long.MinValue)
            {
                Record.FirstTouches++;
            }
            else
            {
                Record.Refaults.Add(new RefaultRow(NowNs, page, _evictedAt[page]));
            }
        }
        _lastTouch[page] = access.TsNs;
        return hit;
    }

    /// <summary>A page becomes resident.</summary>
    public void Insert(int page)
    {
        if (_resident[page])
        {
            return;
        }
        Accumulate();
        _resident[page] = true;
        ResidentPages++;
        Record.PeakResident = Math.Max(Record.PeakResident, ResidentPages);
    }

    /// <summary>A page is taken.</summary>
    /// <param name="page">Dense page id; must be resident.</param>
    /// <param name="generationAge">max_seq minus its generation, -1 without generations.</param>
    /// <exception cref="InvariantException">The page is not resident.</exception>
    public void Evict(int page, int generationAge)
    {
        if (!_resident[page])
        {
            throw new InvariantException(Record.Evictions.Count, NowNs, $"page {page} was evicted, yet it is not resident");
        }
        Accumulate();
        _resident[page] = false;
        ResidentPages--;
        _evictedAt[page] = NowNs;
        long next = NextTouchOf(page);
        EvictionOutcome outcome = next == long.MaxValue
            ? (_endNs - NowNs < _horizonNs ? EvictionOutcome.Censored : EvictionOutcome.Right)
            : next - NowNs <= _horizonNs ? EvictionOutcome.FalseCold : EvictionOutcome.Right;
        Record.Evictions.Add(new EvictionRow(Record.Passes.Count, NowNs, page, generationAge, _lastTouch[page], next, outcome)
        {
            Again = _knowledge?.TouchedAfter(page, NowNs) ?? Certainty.None,
            Within = _knowledge?.TouchedIn(page, NowNs, NowNs + _horizonNs) ?? Certainty.None,
        });
    }

    /// <summary>A page leaves for a reason that is no decision of the policy, such as a deleted slot.</summary>
    public void Drop(int page)
    {
        if (_resident[page])
        {
            Accumulate();
            _resident[page] = false;
            ResidentPages--;
        }
    }

    /// <summary>Whether a page will be touched again within the horizon.</summary>
    public bool IsHot(int page)
    {
        long next = NextTouchOf(page);
        return next != long.MaxValue && next - NowNs <= _horizonNs;
    }

    /// <summary>Whether a page was not touched for the stated age.</summary>
    public bool IsTrulyCold(int page) => _lastTouch[page] <= NowNs - _coldAgeNs;

    /// <summary>Resident pages that were not touched for an age.</summary>
    /// <param name="ageNs">Age, ns; <see cref="long.MaxValue"/> is none.</param>
    public long IdlePages(long ageNs)
    {
        long idle = 0;
        for (int page = 0; ageNs != long.MaxValue && page < _resident.Length; page++)
        {
            idle += _resident[page] && _lastTouch[page] <= NowNs - ageNs ? 1 : 0;
        }
        return idle;
    }

    /// <summary>Last touch of a page, ns; <see cref="long.MinValue"/> for none.</summary>
    public long LastTouchOf(int page) => _lastTouch[page];

    /// <summary>Ends a reclaim pass and judges every page.</summary>
    /// <param name="action">What kind of pass.</param>
    /// <param name="wanted">Pages that the demand asked for.</param>
    /// <param name="believedCold">Kept pages that the policy believes cold; -1 for policies that see every access and so believe what is true.</param>
    public void EndPass(string action, long wanted, long believedCold)
    {
        long falseCold = 0;
        long censored = 0;
        int taken = Record.Evictions.Count - _passFirstEviction;
        for (int i = _passFirstEviction; i < Record.Evictions.Count; i++)
        {
            falseCold += Record.Evictions[i].Outcome == EvictionOutcome.FalseCold ? 1 : 0;
            censored += Record.Evictions[i].Outcome == EvictionOutcome.Censored ? 1 : 0;
        }
        _passFirstEviction = Record.Evictions.Count;
        long falseHot = 0;
        long trulyCold = 0;
        PassBounds bounds = default;
        ulong[]? hotMap = Record.FalseHotPages is null ? null : new ulong[(_resident.Length + 63) >> 6];
        ulong[]? staleMap = Record.StaleHotPages is null || hotMap is null ? null : new ulong[hotMap.Length];
        bool judgeable = _endNs - NowNs >= _horizonNs;
        for (int p = 0; p < _resident.Length; p++)
        {
            if (!_resident[p])
            {
                continue;
            }
            long next = NextTouchOf(p);
            bool isFalseHot = next == long.MaxValue ? judgeable : next - NowNs > _horizonNs;
            falseHot += isFalseHot ? 1 : 0;
            if (isFalseHot && hotMap is not null)
            {
                hotMap[p >> 6] |= 1UL << (p & 63);
                if (staleMap is not null)
                {
                    staleMap[p >> 6] |= HasStaleBit?.Invoke(p) == true ? 1UL << (p & 63) : 0;
                }
            }
            if (_knowledge is not null)
            {
                bounds.Add(judgeable ? _knowledge.TouchedIn(p, NowNs, NowNs + _horizonNs) : Certainty.Yes, _knowledge.TouchedIn(p, NowNs - _coldAgeNs, NowNs));
            }
            trulyCold += IsTrulyCold(p) ? 1 : 0;
        }
        Record.Passes.Add(new ReclaimPassRow
        {
            Pass = Record.Passes.Count,
            TsNs = NowNs,
            Action = action,
            Wanted = wanted,
            Evicted = taken,
            FalseCold = falseCold,
            Censored = censored,
            Resident = ResidentPages,
            FalseHot = falseHot,
            BelievedCold = believedCold < 0 ? trulyCold : believedCold,
            TrulyCold = trulyCold,
            Bounds = _knowledge is null ? null : bounds,
        });
        if (hotMap is not null)
        {
            Record.FalseHotPages!.Add(hotMap);
        }
        if (staleMap is not null)
        {
            Record.StaleHotPages!.Add(staleMap);
        }
    }

    /// <summary>Ends the replay and checks that the sums agree.</summary>
    /// <exception cref="InvariantException">They do not.</exception>
    public void Finish()
    {
        AdvanceTo(_endNs);
        Accumulate();
        int resident = 0;
        foreach (bool one in _resident)
        {
            resident += one ? 1 : 0;
        }
        if (resident != ResidentPages || Record.Misses != Record.FirstTouches + Record.Refaults.Count)
        {
            throw new InvariantException(Record.Requests, NowNs,
                $"{resident} pages resident against {ResidentPages} counted; {Record.Misses} misses against {Record.FirstTouches} first touches and {Record.Refaults.Count} refaults");
        }
    }

    private long NextTouchOf(int page) => _next[page] == int.MaxValue ? long.MaxValue : _schedule.Accesses[_next[page]].TsNs;

    private void Accumulate()
    {
        Record.ResidentPageNs += (double)ResidentPages * (NowNs - _lastChangeNs);
        _lastChangeNs = NowNs;
    }
}
