using SecondLook.Contracts.Runs;

namespace SecondLook.Reports.Tests.Fixtures;

/// <summary>A toy guest and a toy reclaim, just real enough that tables of the report hang together: touches, passes, evictions, refaults, generations.</summary>
public sealed class ToyReplay
{
    private readonly RunOptions _options;
    private readonly List<(long Ts, int Page)> _touches = [];

    public ToyReplay(RunOptions options, int schedule)
    {
        _options = options;
        Xoshiro256 random = new(options.Seed, "toy.touches");
        Xoshiro256 jitter = new(options.Seed, "toy.jitter", (ulong)schedule);
        for (int pass = 0; pass < options.Passes; pass++)
        {
            int hot = options.Pages / 4;
            int shift = pass / 4 * (options.Pages / 8);
            for (int i = 0; i < options.Pages / 2; i++)
            {
                double u = random.NextDouble();
                int page = pass == 0 ? (i * 2) + (int)random.NextBelow(2) : random.NextDouble() < 0.8 ? (shift + (int)(u * u * hot)) % options.Pages : (int)random.NextBelow((ulong)options.Pages);
                _touches.Add((BeginNs + (pass * options.PassNs) + (long)(jitter.NextDouble() * options.PassNs * 0.98), page));
            }
        }
        _touches.Sort();
    }

    public const long BeginNs = 1_000_000_000;

    public IReadOnlyList<(long Ts, int Page)> Touches => _touches;

    public long EndNs => BeginNs + (_options.Passes * _options.PassNs);

    public long HorizonNs => 2 * _options.PassNs;

    public List<Pass> Passes { get; } = [];

    public List<Eviction> Evictions { get; } = [];

    public List<(long Ts, int Page, long EvictedNs)> Refaults { get; } = [];

    public List<Stratum> Strata { get; } = [];

    public List<Reclaim> Reclaims { get; } = [];

    public int Misses { get; private set; }

    public int First { get; private set; }

    public int Peak { get; private set; }

    public double ResidentPageNs { get; private set; }

    public void Run(string policy)
    {
        int n = _options.Pages;
        long[] seen = new long[n];
        int[] seq = new int[n];
        bool[] resident = new bool[n];
        long[] evicted = new long[n];
        long[] sincePass = new long[n];
        Xoshiro256 random = new(_options.Seed, "toy." + policy);
        int maxSeq = 3, at = 0, count = 0;
        for (int pass = 0; pass < _options.Passes; pass++)
        {
            long now = BeginNs + ((pass + 1) * _options.PassNs) - 1_000_000;
            for (; at < _touches.Count && _touches[at].Ts < now; at++)
            {
                (long ts, int page) = _touches[at];
                if (!resident[page])
                {
                    Misses++;
                    count++;
                    resident[page] = true;
                    seq[page] = maxSeq;
                    if (evicted[page] > 0)
                    {
                        Refaults.Add((ts, page, evicted[page]));
                    }
                    else
                    {
                        First++;
                    }
                }
                seen[page] = ts;
                sincePass[page] = ts;
            }
            Peak = Math.Max(Peak, count);
            ResidentPageNs += (double)count * _options.PassNs;
            Age(policy, now, pass, ref maxSeq, seq, resident, sincePass, random);
            if ((pass + 1) % _options.ReclaimEvery == 0)
            {
                count -= Evict(policy, now + 500_000, seq, resident, seen, evicted, maxSeq, random);
            }
            Snapshot(now + 600_000, maxSeq, seq, resident);
        }
    }

    private void Age(string policy, long now, int pass, ref int maxSeq, int[] seq, bool[] resident, long[] sincePass, Xoshiro256 random)
    {
        if (policy is "lru" or "opt")
        {
            return;
        }
        bool asks = policy != "mglru_6_1";
        maxSeq++;
        int young = 0, missed = 0, asked = 0;
        for (int p = 0; p < seq.Length; p++)
        {
            if (!resident[p])
            {
                continue;
            }
            asked++;
            if (sincePass[p] > 0 && (asks ? random.NextDouble() < 0.97 : random.NextDouble() < 0.05))
            {
                young++;
                seq[p] = maxSeq;
            }
            else if (sincePass[p] > 0)
            {
                missed++;
            }
            seq[p] = Math.Max(seq[p], maxSeq - 3);
            sincePass[p] = 0;
        }
        Passes.Add(new Pass(pass, now, "command", maxSeq, asked, young, asks ? 0 : young, asks ? young : 0, missed, asked, asks ? asked : 0, asks ? asked : 0));
    }

    private int Evict(string policy, long now, int[] seq, bool[] resident, long[] seen, long[] evicted, int maxSeq, Xoshiro256 random)
    {
        List<(double Key, int Page)> order = [];
        for (int p = 0; p < seq.Length; p++)
        {
            if (resident[p])
            {
                double key = policy switch
                {
                    "lru" => seen[p],
                    "opt" => -(double)Math.Min(Next(p, now), long.MaxValue / 4),
                    _ => seq[p] + random.NextDouble(),
                };
                order.Add((key, p));
            }
        }
        order.Sort();
        int take = Math.Min(_options.PerReclaim, order.Count);
        long falseCold = 0, censored = 0;
        for (int i = 0; i < take; i++)
        {
            int p = order[i].Page;
            resident[p] = false;
            evicted[p] = now;
            long next = Next(p, now);
            string outcome = next <= now + HorizonNs ? "false_cold" : now + HorizonNs > EndNs ? "censored" : "right";
            falseCold += outcome == "false_cold" ? 1 : 0;
            censored += outcome == "censored" ? 1 : 0;
            Evictions.Add(new Eviction(Reclaims.Count, now, p, policy is "lru" or "opt" ? null : maxSeq - seq[p], seen[p] == 0 ? null : seen[p], next == long.MaxValue ? null : next, outcome));
        }
        long hot = 0, believed = 0, cold = 0;
        for (int i = take; i < order.Count; i++)
        {
            int p = order[i].Page;
            hot += Next(p, now) > now + HorizonNs ? 1 : 0;
            cold += now - seen[p] > HorizonNs ? 1 : 0;
            believed += policy == "lru" ? now - seen[p] > HorizonNs ? 1 : 0 : maxSeq - seq[p] >= 2 ? 1 : 0;
        }
        Reclaims.Add(new Reclaim(Reclaims.Count, now, _options.PerReclaim, take, falseCold, censored, order.Count - take, hot, believed, cold));
        if (policy is not ("lru" or "opt"))
        {
            Passes.Add(new Pass(Passes.Count, now, "eviction", maxSeq, take, take / 20, 0, take / 20, 0, take, take, take));
        }
        return take;
    }

    private void Snapshot(long now, int maxSeq, int[] seq, bool[] resident)
    {
        for (int s = maxSeq - 3; s <= maxSeq; s++)
        {
            long pages = 0, hot = 0;
            for (int p = 0; p < seq.Length; p++)
            {
                if (resident[p] && seq[p] == s)
                {
                    pages++;
                    hot += Next(p, now) <= now + HorizonNs ? 1 : 0;
                }
            }
            Strata.Add(new Stratum(now, maxSeq, s, pages, hot));
        }
    }

    private Dictionary<int, List<long>>? _times;

    private long Next(int page, long now)
    {
        _times ??= _touches.GroupBy(t => t.Page).ToDictionary(g => g.Key, g => g.Select(t => t.Ts).ToList());
        if (!_times.TryGetValue(page, out List<long>? list))
        {
            return long.MaxValue;
        }
        int i = list.BinarySearch(now + 1);
        i = i < 0 ? ~i : i;
        return i < list.Count ? list[i] : long.MaxValue;
    }

    public sealed record Pass(int Id, long Ts, string Trigger, long MaxSeq, long Asked, long Young, long Primary, long Secondary, long Missed, long Ptes, long Sptes, long Calls);

    public sealed record Eviction(int Pass, long Ts, int Page, int? Age, long? Last, long? Next, string Outcome);

    public sealed record Stratum(long Ts, long MaxSeq, long Seq, long Pages, long Hot);

    public sealed record Reclaim(int Id, long Ts, long Wanted, long Evicted, long FalseCold, long Censored, long Resident, long FalseHot, long Believed, long Truly);
}
