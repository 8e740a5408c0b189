namespace SecondLook.Replay.Bounds;

/// <summary>A known amount of damage that is done to the events of a dataset once more, to see how far it moves the headline.</summary>
public sealed record EventDamage
{
    /// <summary>Seed of all choices.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Places of the dataset, when they were read before.</summary>
    public DamagePlaces? Places { get; init; }

    /// <summary>Losses with a mark: how many events in a row each takes from one CPU.</summary>
    public IReadOnlyList<long> MarkedLosses { get; init; } = [];

    /// <summary>Events that vanish without a mark, anywhere.</summary>
    public long Vanished { get; init; }

    /// <summary>Neighbouring events of one CPU that change places, anywhere.</summary>
    public long Swapped { get; init; }

    /// <summary>Steps of the clock, ns, signed, each at a random event.</summary>
    public IReadOnlyList<long> StepsNs { get; init; } = [];
}
