using SecondLook.Contracts.Events;

namespace SecondLook.Ingest;

/// <summary>Takes complete events in global order: a dataset, a dump.</summary>
internal interface IEventSink
{
    /// <summary>Takes one event.</summary>
    void Accept(ref TraceEvent e);
}
