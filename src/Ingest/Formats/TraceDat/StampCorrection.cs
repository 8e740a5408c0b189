namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>What is done to a stamp before it is a time: guest to host, cycles to ns, offsets that the file names; in this order.</summary>
internal sealed class StampCorrection
{
    private readonly List<Shift[]> _shifts = [];

    /// <summary>Nanoseconds to add.</summary>
    public long Offset { get; set; }

    /// <summary>Multiplier from cycles to ns; 0 without.</summary>
    public uint Multiplier { get; set; }

    /// <summary>Bits to shift the product right.</summary>
    public int ProductShift { get; set; }

    /// <summary>Whether stamps of a guest are shifted to host time.</summary>
    public bool IsGuest => _shifts.Count > 0;

    /// <summary>Whether offsets between samples are interpolated.</summary>
    public bool Interpolate { get; set; }

    /// <summary>Whether stamps stay as they are.</summary>
    public bool IsNone(bool cycles) => Offset == 0 && _shifts.Count == 0 && !(cycles && Multiplier != 0);

    /// <summary>Adds the samples of the next CPU, in order of time.</summary>
    public void AddCpu(Shift[] samples) => _shifts.Add(samples);

    /// <summary>Sets the fractions of a CPU's scalings.</summary>
    public void SetFraction(int cpu, int sample, int fraction) => _shifts[cpu][sample] = _shifts[cpu][sample] with { Fraction = fraction };

    /// <summary>Corrects a stamp.</summary>
    /// <param name="stamp">As recorded.</param>
    /// <param name="cpu">CPU that recorded it.</param>
    /// <param name="cycles">Whether the clock counts cycles.</param>
    public ulong Apply(ulong stamp, int cpu, bool cycles)
    {
        if (_shifts.Count > 0)
        {
            stamp = ToHost(stamp, _shifts[Math.Clamp(cpu, 0, _shifts.Count - 1)]);
        }
        if (cycles && Multiplier != 0)
        {
            stamp = (ulong)(((UInt128)stamp * Multiplier) >> ProductShift);
        }
        return unchecked(stamp + (ulong)Offset);
    }

    private ulong ToHost(ulong stamp, Shift[] samples)
    {
        if (samples.Length == 0)
        {
            return stamp;
        }
        if (samples.Length == 1)
        {
            return unchecked(stamp + (ulong)samples[0].Offset);
        }
        int low = 0;
        while (low < samples.Length - 2 && samples[low + 1].Time <= stamp)
        {
            low++;
        }
        Shift from = samples[low];
        Shift to = samples[low + 1];
        ulong scaled = from.Scaling is 0 || (from.Scaling == 1 && from.Fraction == 0) ? stamp : (ulong)(((UInt128)stamp * from.Scaling) >> from.Fraction);
        long offset = from.Offset;
        if (Interpolate && to.Time > from.Time)
        {
            Int128 span = to.Time - from.Time;
            Int128 part = (Int128)stamp - from.Time;
            offset = unchecked((long)(from.Offset + (((Int128)to.Offset - from.Offset) * part / span)));
        }
        return unchecked(scaled + (ulong)offset);
    }

    /// <summary>One measured pair of guest and host time.</summary>
    /// <param name="Time">Guest time.</param>
    /// <param name="Offset">Host minus guest, ns.</param>
    /// <param name="Scaling">Multiplier.</param>
    /// <param name="Fraction">Bits of the multiplier behind the point.</param>
    internal readonly record struct Shift(ulong Time, long Offset, ulong Scaling, int Fraction);
}
