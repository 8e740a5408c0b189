namespace SecondLook.Replay.Aging;

/// <summary>An aging policy that jobs can name: its knobs and what a reader should know about it.</summary>
/// <remarks>
/// Models: one kernel version or one posted series.
/// Omits: nothing; the behaviour is in <see cref="MmAging"/> and in the notifier.
/// </remarks>
public interface IAgingPolicy
{
    /// <summary>The knobs.</summary>
    AgingKnobs Knobs { get; }

    /// <summary>What a reader should know.</summary>
    PolicyNotes Notes { get; }

    /// <summary>Reclaim profile under which jobs can name the policy itself as a preset; null for policies that presets of their own name.</summary>
    string? Profile => null;
}

/// <summary>Description of a policy, in sentences for <c>docs/policies.md</c>.</summary>
/// <param name="Origin">Who proposed or merged it, and where.</param>
/// <param name="Consults">Which MMUs it asks, and when.</param>
/// <param name="Locks">What it locks.</param>
/// <param name="GetsWrong">What it gets wrong, by design or by defect.</param>
/// <remarks>
/// Models: nothing.
/// Omits: nothing.
/// </remarks>
public sealed record PolicyNotes(string Origin, string Consults, string Locks, string GetsWrong);
