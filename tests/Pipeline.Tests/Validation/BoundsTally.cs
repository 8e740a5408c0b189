using SecondLook.Replay;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Counts how often what the trace proves of a decision is what the guest's accesses say of it.</summary>
internal sealed class BoundsTally(CaptureInput input, TruthAtEvents truth, ReplaySettings settings)
{
    private readonly long[] _again = new long[4];
    private readonly long[] _within = new long[4];
    private (long Inside, long All) _hot;
    private (long Inside, long All) _cold;

    public string Again => $"{_again[0]} / {_again[1]} / {_again[2]}, {_again[3]}";

    public string Within => $"{_within[0]} / {_within[1]} / {_within[2]}, {_within[3]}";

    public string FalseHot => $"{_hot.Inside} / {_hot.All}";

    public string Cold => $"{_cold.Inside} / {_cold.All}";

    public long Wrong => _again[3] + _within[3] + _hot.All - _hot.Inside + _cold.All - _cold.Inside;

    public void Add(ReplayRecord record, AccessSchedule schedule)
    {
        foreach (EvictionRow e in record.Evictions)
        {
            Count(_again, e.Again, truth.AnyIn(e.Page, e.TsNs, long.MaxValue));
            Count(_within, e.Within, truth.AnyIn(e.Page, e.TsNs, e.TsNs + settings.HorizonNs));
        }
        bool[] resident = new bool[input.Pages.Count];
        int access = 0;
        int eviction = 0;
        foreach (ReclaimPassRow pass in record.Passes)
        {
            while (access < schedule.Count && schedule.Accesses[access].TsNs <= pass.TsNs)
            {
                resident[schedule.Accesses[access++].Page] = true;
            }
            while (eviction < record.Evictions.Count && record.Evictions[eviction].Pass == pass.Pass)
            {
                resident[record.Evictions[eviction++].Page] = false;
            }
            Assert.Equal(pass.Resident, resident.LongCount(r => r));
            bool judgeable = input.EndNs - pass.TsNs >= settings.HorizonNs;
            long hot = 0;
            long cold = 0;
            for (int p = 0; p < resident.Length; p++)
            {
                hot += resident[p] && judgeable && !truth.AnyIn(p, pass.TsNs, pass.TsNs + settings.HorizonNs) ? 1 : 0;
                cold += resident[p] && !truth.AnyIn(p, pass.TsNs - settings.ColdAgeNs, pass.TsNs) ? 1 : 0;
            }
            PassBounds bounds = pass.Bounds!.Value;
            _hot = (_hot.Inside + (hot >= bounds.FalseHotLow && hot <= bounds.FalseHotHigh ? 1 : 0), _hot.All + 1);
            _cold = (_cold.Inside + (cold >= bounds.TrulyColdLow && cold <= bounds.TrulyColdHigh ? 1 : 0), _cold.All + 1);
        }
    }

    private static void Count(long[] counts, Certainty said, bool truly)
    {
        counts[said switch { Certainty.Yes => 0, Certainty.No => 1, _ => 2 }]++;
        counts[3] += (said == Certainty.Yes && !truly) || (said == Certainty.No && truly) ? 1 : 0;
    }
}
