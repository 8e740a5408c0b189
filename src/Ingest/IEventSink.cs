using SecondLook.Contracts.Events;

namespace SecondLook.Ingest;

/// <summary>Takes complete events in global order: a dataset, a dump.</summary>
internal interface IEventSink
{
    /// <summary>Takes the next events.</summary>
    /// <param name="events">Where events are.</param>
    /// <param name="slots">Which of them, in order; they may be reused afterwards.</param>
    void Accept(TraceEvent[] events, ReadOnlySpan<int> slots);
}
