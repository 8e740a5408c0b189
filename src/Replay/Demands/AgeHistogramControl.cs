namespace SecondLook.Replay.Demands;

/// <summary>Far-memory control: the lowest age at which pages may be taken without more promotions than the target allows.</summary>
/// <remarks>
/// <code>
/// round = one scan;  candidate k = k scans, 1 to 255
/// rate(k) = touches of pages idle for k scans or more, per minute, / pages touched in the last scan
/// choice = lowest k with rate(k) at most the target;  used = max(last choice, K-th percentile of all choices), nothing in the first S
/// </code>
/// Models: mglru-model.md 10.4. Ages are exact here; the counters of a scanner saturate at 255 in the same way.
/// </remarks>
public sealed class AgeHistogramControl : IReclaimControl
{
    private const int Oldest = 255;
    private const double NsPerMinute = 60e9;
    private readonly ControlSettings _settings;
    private readonly long[] _promotions = new long[Oldest + 1];
    private readonly int[] _choices = new int[Oldest + 2];
    private long _inScan;
    private long _scanBeginNs = long.MinValue;
    private long _beginNs = long.MinValue;
    private int _rounds;

    /// <summary>Begins without history.</summary>
    public AgeHistogramControl(ControlSettings settings) => _settings = settings;

    /// <inheritdoc/>
    public void Touch(long lastTouchNs, long nowNs)
    {
        _beginNs = _beginNs == long.MinValue ? nowNs : _beginNs;
        _inScan += lastTouchNs == long.MinValue || lastTouchNs < _scanBeginNs ? 1 : 0;
        if (lastTouchNs != long.MinValue)
        {
            _promotions[(int)Math.Min(Oldest, (nowNs - lastTouchNs) / _settings.IntervalNs)]++;
        }
    }

    /// <inheritdoc/>
    public DemandStep Decide(in DemandStep tick, ReplayRecorder recorder)
    {
        double allowed = _settings.Section.PromotionTarget * _inScan * (_settings.IntervalNs / NsPerMinute);
        long promoted = 0;
        int choice = Oldest + 1;
        for (int k = Oldest; k >= 1 && promoted + _promotions[k] <= allowed; k--)
        {
            promoted += _promotions[k];
            choice = k;
        }
        _choices[choice]++;
        _rounds++;
        Array.Clear(_promotions);
        _inScan = 0;
        _scanBeginNs = recorder.NowNs;
        int used = Math.Max(choice, Percentile());
        bool early = _settings.Section.StartDelayNs > 0 && (_beginNs == long.MinValue || recorder.NowNs - _beginNs < _settings.Section.StartDelayNs);
        return tick with { AgeNs = early || used > Oldest ? long.MaxValue : used * _settings.IntervalNs };
    }

    private int Percentile()
    {
        long wanted = (long)Math.Ceiling(_rounds * _settings.Section.Percentile);
        long seen = 0;
        for (int k = 0; k < _choices.Length; k++)
        {
            seen += _choices[k];
            if (seen >= wanted)
            {
                return k;
            }
        }
        return Oldest + 1;
    }
}
