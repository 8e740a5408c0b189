using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Ordering;

/// <summary>What happens to events once they are in order.</summary>
internal interface IEventStep
{
    /// <summary>Learns from an event and completes its columns; may keep it waiting (see <see cref="EventOrder.Wait"/>).</summary>
    void Process(int slot, ref TraceEvent e);

    /// <summary>Settles the event that has waited longest, because the window is full.</summary>
    void SettleOldest();

    /// <summary>Settles every event that still waits: no more will come.</summary>
    void Finish();

    /// <summary>Hands settled events on, in order.</summary>
    void Emit(TraceEvent[] events, ReadOnlySpan<int> slots);
}
