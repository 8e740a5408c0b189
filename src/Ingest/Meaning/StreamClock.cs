using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Meaning;

/// <summary>Last stamps of one stream, by CPU.</summary>
internal sealed class StreamClock
{
    private ulong[] _stamps = new ulong[16];
    private ulong[] _before = new ulong[16];
    private bool[] _seen = new bool[16];

    /// <summary>Whether there was any event with a time.</summary>
    public bool Any { get; private set; }

    /// <summary>Stamp of the event before, whatever its CPU.</summary>
    public ulong LatestStamp { get; private set; }

    /// <summary>Sort time of the latest event.</summary>
    public long Latest { get; private set; } = long.MinValue;

    /// <summary>Whether a CPU has had an event.</summary>
    public bool Has(int cpu) => (uint)(cpu + 1) < (uint)_seen.Length && _seen[cpu + 1];

    /// <summary>Latest stamp of a CPU, 0 before its first event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong StampOf(int cpu) => (uint)(cpu + 1) < (uint)_stamps.Length ? _stamps[cpu + 1] : 0;

    /// <summary>Stamp of the event before on a CPU as recorded, 0 before its first one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Before(int cpu) => (uint)(cpu + 1) < (uint)_before.Length ? _before[cpu + 1] : 0;

    /// <summary>Last sort time of a CPU, <see cref="long.MinValue"/> before its first event.</summary>
    public long LastOf(int cpu) => Has(cpu) ? SortTime(StampOf(cpu)) : long.MinValue;

    /// <summary>Takes the stamp of an event.</summary>
    /// <returns>Its sort time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Set(int cpu, ulong stamp)
    {
        int at = cpu + 1;
        if ((uint)at >= (uint)_stamps.Length)
        {
            Grow(at);
        }
        ulong effective = cpu < 0 ? stamp : Math.Max(stamp, _stamps[at]);
        _stamps[at] = effective;
        _before[at] = stamp;
        _seen[at] = true;
        LatestStamp = stamp;
        Any = true;
        return Latest = SortTime(effective);
    }

    /// <summary>Forgets the stamps, because the clock was set back, for all CPUs as a rule; which CPUs were seen stays.</summary>
    public void StepBack()
    {
        Array.Clear(_stamps);
        Array.Clear(_before);
    }

    private static long SortTime(ulong stamp) => stamp > long.MaxValue ? long.MaxValue : (long)stamp;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int at)
    {
        Array.Resize(ref _stamps, Math.Max(at + 1, _stamps.Length * 2));
        Array.Resize(ref _before, _stamps.Length);
        Array.Resize(ref _seen, _stamps.Length);
    }
}
