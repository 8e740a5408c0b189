using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Ingest.Dataset;

/// <summary>Writes a dataset: event parts as events come, side tables and diagnostics at the end.</summary>
internal sealed class DatasetWriter : IEventSink, IDisposable
{
    private readonly string _folder;
    private readonly ParquetCodec _codec;
    private readonly bool _background;
    private readonly List<long> _gapSeqs = [];
    private EventsWriter? _events;
    private IngestState? _state;

    public DatasetWriter(string folder, ParquetCodec codec, bool background)
    {
        _background = background;
        _folder = folder;
        _codec = codec;
    }

    /// <summary>Begins the dataset.</summary>
    public void Begin(IngestState state)
    {
        _state = state;
        _events = new EventsWriter(_folder, state.Strings, _codec, _background);
    }

    /// <inheritdoc/>
    public void Accept(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        // Gaps are listed when they are met, ahead of their rows: without a new one there is nothing to look for.
        for (int i = 0; i < slots.Length && _gapSeqs.Count < _state!.Gaps.Count; i++)
        {
            if (events[slots[i]].Kind == TraceEventKind.Gap)
            {
                _gapSeqs.Add(_events!.RowCount + i);
            }
        }
        _events!.AddRange(events, slots);
    }

    /// <summary>Writes what is left and makes the dataset whole.</summary>
    public IngestSummary Commit(IngestRun run, IngestRequest request)
    {
        IngestState state = run.State;
        string target = _events!.PartialFolder;
        SideTables.Write(target, state, _gapSeqs, _codec);
        run.Side?.WriteTables(target, _codec);
        DatasetMetadata.Set(_events, run, request);
        DiagnosticsJson.Write(Path.Combine(target, "diagnostics.json"), run);
        _events.Commit();
        List<string> containers = [];
        foreach (InputFacts input in state.Inputs)
        {
            containers.Add(input.Container);
        }
        bool truncated = false;
        foreach (Meaning.GapSpan gap in state.Gaps)
        {
            truncated |= gap.Cause == "truncated_file";
        }
        return new IngestSummary
        {
            Rows = _events.RowCount,
            OtherEvents = run.Sink.OtherEventCount,
            Gaps = run.Sink.GapCount,
            Quarantined = state.Quarantine.Total,
            Containers = containers,
            Truncated = truncated,
        };
    }

    /// <summary>Removes an unfinished dataset.</summary>
    public void Dispose() => _events?.Dispose();
}
