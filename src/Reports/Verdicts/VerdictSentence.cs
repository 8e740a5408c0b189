using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Verdicts;

/// <summary>Builds the verdict sentence: effect first, cost in the same breath, exact counts behind.</summary>
internal sealed class VerdictSentence
{
    private readonly List<VerdictPiece> _pieces = [];

    /// <summary>The pieces so far.</summary>
    public IReadOnlyList<VerdictPiece> Pieces => _pieces;

    /// <summary>Adds plain words.</summary>
    public VerdictSentence Plain(string text) => Add(text, VerdictTone.Plain);

    /// <summary>Adds the effect or the cost.</summary>
    public VerdictSentence Strong(string text) => Add(text, VerdictTone.Strong);

    /// <summary>Adds brackets or counts.</summary>
    public VerdictSentence Quiet(string text) => Add(text, VerdictTone.Quiet);

    /// <summary>The sentence of two policies that evicted: how much less or more the candidate refaults, and at what cost.</summary>
    public static VerdictSentence OfEffect(ReportModel report, Comparison pair, bool quietEffect)
    {
        VerdictSentence s = new();
        (long refaultsA, long evictionsA) = pair.CandidateCounts;
        (long refaultsB, long evictionsB) = pair.BaselineCounts;
        string per = report.Run.HeadCapacity is null ? " per GiB evicted" : "";
        string counts = evictionsA == evictionsB
            ? $" ({Numbers.Count(refaultsA)} to {Numbers.Count(refaultsB)} of {Numbers.Count(evictionsA)} evicted)"
            : $" ({Numbers.Count(refaultsA)} of {Numbers.Count(evictionsA)} evicted to {Numbers.Count(refaultsB)} of {Numbers.Count(evictionsB)})";
        s.Plain(pair.Candidate.Name + " refaults ");
        if (pair.Effect is not { } effect)
        {
            s.Plain(refaultsA == 0 ? "nothing, as " : $"{Numbers.Count(refaultsA)} pages where ").Plain(pair.Baseline.Name);
            s.Plain(refaultsA == 0 ? " does" : " refaults none");
        }
        else
        {
            bool even = Math.Abs(effect) < 0.0005;
            string words = even
                ? "as often"
                : $"{Numbers.Fixed(Math.Abs(effect) * 100, 1)} % {(effect < 0 ? "less" : "more")}";
            _ = quietEffect ? s.Quiet(words) : s.Strong(words);
            s.Plain(even ? per + " as " : per + " than ").Plain(pair.Baseline.Name);
            if (pair.Interval is { } interval)
            {
                (double low, double high) = effect <= 0 ? (-interval.High, -interval.Low) : interval;
                s.Quiet($" [{Numbers.Fixed(low * 100, 1)}, {Numbers.Fixed(high * 100, 1)}]");
            }
        }
        s.Quiet(counts);
        if (report.Run.HeadCapacity is { } capacity)
        {
            s.Plain($" in {Numbers.Count(capacity)} pages");
        }
        return s.Cost(pair);
    }

    /// <summary>Adds the cost ratio and the full stop.</summary>
    public VerdictSentence Cost(Comparison pair)
    {
        if (pair.CostRatio is { } ratio)
        {
            Plain(", at ").Strong(Numbers.Ratio(ratio) + " times").Plain(" the aging work");
            if (pair.CostInterval is { } interval)
            {
                Quiet($" [{Numbers.Ratio(interval.Low)}, {Numbers.Ratio(interval.High)}]");
            }
        }
        return Plain(".");
    }

    private VerdictSentence Add(string text, VerdictTone tone)
    {
        _pieces.Add(new VerdictPiece(text, tone));
        return this;
    }
}
