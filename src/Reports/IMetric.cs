namespace SecondLook.Reports;

/// <summary>One number of one policy, from finished tables; it has no access to the model.</summary>
public interface IMetric
{
    /// <summary>Unit as data files and column heads print it.</summary>
    string Unit { get; }

    /// <summary>Which way is better.</summary>
    MetricDirection Better { get; }

    /// <summary>Whether the number depends on what the guest touched, and so on the outcomes that the trace knows: none is printed below the coverage needed.</summary>
    bool NeedsOutcomes => true;

    /// <summary>Whether a trace of known outcomes settles the number at harvest times, so that no schedule moves it (product.md 5.2).</summary>
    bool ExactAtHarvests => false;

    /// <summary>
    /// Proven bounds of the number for the decisions that the policy took on the head schedule: they hold for every assignment of accesses that
    /// agrees with the trace. Null where the number does not hang on what was touched, or nothing was proved.
    /// </summary>
    /// <param name="slice">The policy's tables cut to the head schedule.</param>
    (double Low, double High)? Bounds(Slice slice) => null;

    /// <summary>Computes the number of a policy on one schedule under one demand.</summary>
    /// <param name="slice">The policy's tables cut to that schedule and capacity.</param>
    /// <returns>The number, or the reason why there is none.</returns>
    MetricValue Compute(Slice slice);
}

/// <summary>Which way a metric is better.</summary>
public enum MetricDirection
{
    /// <summary>Smaller is better.</summary>
    Lower,

    /// <summary>Larger is better.</summary>
    Higher,

    /// <summary>It describes and does not judge.</summary>
    Neither,
}

/// <summary>A number, or the reason why there is none. No data is never zero.</summary>
public readonly record struct MetricValue
{
    private MetricValue(double? value, string why)
    {
        Value = value;
        Why = why;
    }

    /// <summary>The number; null = n/a.</summary>
    public double? Value { get; }

    /// <summary>Why there is no number; empty when there is one.</summary>
    public string Why { get; }

    /// <summary>A number.</summary>
    public static MetricValue Of(double value) => new(value, "");

    /// <summary>No number, and why.</summary>
    public static MetricValue NotAvailable(string why) => new(null, why);

    /// <summary>A quotient; without a denominator there is no number.</summary>
    /// <param name="numerator">Upper part.</param>
    /// <param name="denominator">Lower part.</param>
    /// <param name="why">The reason printed when <paramref name="denominator"/> is 0.</param>
    public static MetricValue Quotient(double numerator, double denominator, string why) =>
        denominator == 0 ? NotAvailable(why) : Of(numerator / denominator);
}
