namespace SecondLook.Replay.Calibration;

/// <summary>Which vCPUs have a batch of accesses under way.</summary>
internal sealed class ReplayedBatches(int vcpus)
{
    private readonly (bool Open, int Step, long BeginNs)[] _open = new (bool, int, long)[Math.Max(1, vcpus)];

    /// <summary>vCPUs.</summary>
    public int Count => _open.Length;

    /// <summary>A batch begins.</summary>
    public void Open(int vcpu, int step, long beginNs) => _open[Clamp(vcpu)] = (true, step, beginNs);

    /// <summary>A batch ends.</summary>
    /// <returns>False if there was none.</returns>
    public bool Close(int vcpu, out int step, out long beginNs)
    {
        (bool open, step, beginNs) = _open[Clamp(vcpu)];
        _open[Clamp(vcpu)] = default;
        return open;
    }

    private int Clamp(int vcpu) => Math.Clamp(vcpu, 0, _open.Length - 1);
}
