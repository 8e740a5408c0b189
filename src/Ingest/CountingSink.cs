using SecondLook.Contracts.Events;

namespace SecondLook.Ingest;

/// <summary>Counts events and keeps none.</summary>
internal sealed class CountingSink : IEventSink
{
    /// <summary>Events so far.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public void Accept(TraceEvent[] events, ReadOnlySpan<int> slots) => Count += slots.Length;
}
