namespace SecondLook.Replay.Replacement.Classic;

/// <summary>Updates of memcg statistics that no flush has taken over yet, in the per-CPU portions in which the kernel counts them.</summary>
/// <remarks>
/// Models: memcg_rstat_updated and mem_cgroup_flush_stats of mm/memcontrol.c, 6.1 and 6.6, which reclaim calls before every pass; from 6.12 on
/// reclaim flushes only where the periodic flusher is late. Omits: updates by other cgroups, which count too.
/// </remarks>
internal sealed class FlushThreshold
{
    // MEMCG_CHARGE_BATCH; a portion is counted when a CPU exceeds it.
    private const int Portion = 64;

    // More portions than CPUs must be pending. The captures come from machines of two CPUs.
    private const int Cpus = 2;

    private readonly List<int> _pending = [];
    private int _portions;

    /// <summary>Enough has changed for reclaim to flush.</summary>
    public bool Reached => _portions > Cpus;

    /// <summary>A statistic changes by an amount.</summary>
    public void Update(int cpu, long amount)
    {
        cpu = Math.Max(0, cpu);
        while (_pending.Count <= cpu)
        {
            _pending.Add(0);
        }
        int sum = _pending[cpu] + (int)amount;
        if (sum > Portion)
        {
            _portions += _portions <= Cpus ? sum / Portion : 0;
            sum = 0;
        }
        _pending[cpu] = sum;
    }

    /// <summary>A flush took everything over; what CPUs have counted below a portion stays.</summary>
    public void Flushed() => _portions = 0;
}
