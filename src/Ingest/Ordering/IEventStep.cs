using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Ordering;

/// <summary>What happens to events once they are in order.</summary>
internal interface IEventStep
{
    /// <summary>Learns from events and completes their columns; may keep some waiting (see <see cref="EventOrder.Wait"/>).</summary>
    /// <param name="events">Where events are.</param>
    /// <param name="slots">Which of them, in order.</param>
    void Process(TraceEvent[] events, ReadOnlySpan<int> slots);

    /// <summary>Settles the event that has waited longest, because the window is full.</summary>
    void SettleOldest();

    /// <summary>Settles every event that still waits: no more will come.</summary>
    void Finish();

    /// <summary>Hands settled events on, in order.</summary>
    void Emit(TraceEvent[] events, ReadOnlySpan<int> slots);
}
