using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Meaning;

/// <summary>Last stamps of one stream, by CPU.</summary>
internal sealed class StreamClock
{
    private CpuStamps[] _cpus = new CpuStamps[16];

    /// <summary>Sort time of the latest event.</summary>
    public long Latest { get; private set; } = long.MinValue;

    /// <summary>Whether a CPU has had an event.</summary>
    public bool Has(int cpu) => (uint)(cpu + 1) < (uint)_cpus.Length && _cpus[cpu + 1].IsSeen;

    /// <summary>Latest stamp of a CPU, 0 before its first event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong StampOf(int cpu) => (uint)(cpu + 1) < (uint)_cpus.Length ? _cpus[cpu + 1].Latest : 0;

    /// <summary>Stamp of the event before on a CPU as recorded, 0 before its first one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Before(int cpu) => (uint)(cpu + 1) < (uint)_cpus.Length ? _cpus[cpu + 1].Before : 0;

    /// <summary>Last sort time of a CPU, <see cref="long.MinValue"/> before its first event.</summary>
    public long LastOf(int cpu) => Has(cpu) ? SortTime(StampOf(cpu)) : long.MinValue;

    /// <summary>Takes the stamp of an event.</summary>
    /// <returns>Its sort time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Set(int cpu, ulong stamp)
    {
        int at = cpu + 1;
        if ((uint)at >= (uint)_cpus.Length)
        {
            Grow(at);
        }
        ref CpuStamps stamps = ref _cpus[at];
        ulong effective = cpu < 0 ? stamp : Math.Max(stamp, stamps.Latest);
        stamps.Latest = effective;
        stamps.Before = stamp;
        stamps.IsSeen = true;
        return Latest = SortTime(effective);
    }

    /// <summary>Stamps by CPU + 1, of CPUs that were seen, for code that takes many events: what it changes must be told to <see cref="Took"/>.</summary>
    public Span<CpuStamps> Cpus => _cpus;

    /// <summary>Events were taken by way of <see cref="Cpus"/>, none of them earlier than the one before it on its CPU.</summary>
    /// <param name="stamp">Stamp of the last of them.</param>
    public void Took(ulong stamp) => Latest = SortTime(stamp);

    /// <summary>Forgets the stamps, because the clock was set back, for all CPUs as a rule; which CPUs were seen stays.</summary>
    public void StepBack()
    {
        foreach (ref CpuStamps stamps in _cpus.AsSpan())
        {
            stamps.Latest = 0;
            stamps.Before = 0;
        }
    }

    private static long SortTime(ulong stamp) => stamp > long.MaxValue ? long.MaxValue : (long)stamp;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int at) => Array.Resize(ref _cpus, Math.Max(at + 1, _cpus.Length * 2));

    /// <summary>Stamps of one CPU.</summary>
    internal struct CpuStamps
    {
        /// <summary>Latest stamp, 0 before the first event.</summary>
        public ulong Latest;

        /// <summary>Stamp of the event before as recorded.</summary>
        public ulong Before;

        /// <summary>Whether it had an event.</summary>
        public bool IsSeen;
    }
}
