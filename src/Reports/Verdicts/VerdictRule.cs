namespace SecondLook.Reports.Verdicts;

/// <summary>What decides a verdict: the first rule that applies, in this order.</summary>
public enum VerdictReason
{
    /// <summary>Coverage, or the kind of trace, allows no ranking.</summary>
    TooLittleKnown,

    /// <summary>One of the two evicted nothing.</summary>
    NothingEvicted,

    /// <summary>Schedules disagree on the order.</summary>
    DependsOnSchedule,

    /// <summary>Pages come and go between two harvests.</summary>
    TooFine,

    /// <summary>The model is wrong by more than the effect.</summary>
    BelowModelError,

    /// <summary>Equal within a tie.</summary>
    Tied,

    /// <summary>Too few blocks.</summary>
    TooShort,

    /// <summary>The interval over blocks spans zero.</summary>
    SpansZero,

    /// <summary>None of these.</summary>
    Supported,
}

/// <summary>The rules of product.md 5.2 for two policies of one run.</summary>
public static class VerdictRule
{
    /// <summary>The first rule that applies.</summary>
    /// <param name="report">Numbers of the run.</param>
    /// <param name="pair">The two policies.</param>
    /// <param name="bootstrap">Blocks in which one of the two evicted.</param>
    public static VerdictReason Of(ReportModel report, Comparison pair, BlockBootstrap bootstrap) =>
        report.Run.Head.TooLittleKnown is not null ? VerdictReason.TooLittleKnown
        : pair.CandidateCounts.Evictions == 0 || pair.BaselineCounts.Evictions == 0 ? VerdictReason.NothingEvicted
        : pair.Agreeing < pair.Schedules ? VerdictReason.DependsOnSchedule
        : report.Run.HeadCapacity is not null && !report.Run.Head.FromTruth && RankingRule.IsTooFine(pair.StayNs, report.Run.Facts.AnswerGapNs) ? VerdictReason.TooFine
        : report.ModelError.Share is { } own && (pair.Effect is not { } e || Math.Abs(e) < own) ? VerdictReason.BelowModelError
        : pair.Tied ? VerdictReason.Tied
        : !bootstrap.Enough ? VerdictReason.TooShort
        : pair.Interval is { Low: <= 0, High: >= 0 } ? VerdictReason.SpansZero
        : VerdictReason.Supported;

    /// <summary>The word for a reason.</summary>
    public static VerdictStatus Status(VerdictReason reason) => reason switch
    {
        VerdictReason.BelowModelError => VerdictStatus.BelowModelError,
        VerdictReason.TooShort => VerdictStatus.TooShort,
        VerdictReason.Supported => VerdictStatus.Supported,
        _ => VerdictStatus.Undecidable,
    };

    /// <summary>The word for any two policies of a run; undecidable for a policy against itself.</summary>
    /// <param name="report">Numbers of the run.</param>
    /// <param name="policy">Policy under question.</param>
    /// <param name="against">What it is held against.</param>
    public static VerdictStatus Word(ReportModel report, string policy, string against)
    {
        (Facts.PolicyReplay a, Facts.PolicyReplay b) = (report.Run.Policy(policy)!, report.Run.Policy(against)!);
        BlockBootstrap bootstrap = BlockBootstrap.Of(report.Run.Job.Seed, report.Sums[policy], report.Sums[against]);
        return Status(Of(report, Comparison.Between(report.Run, report.Metrics, report.HeadlineMetric, report.Sums, bootstrap, a, b), bootstrap));
    }
}
