using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>One stretch in which events were lost, for <c>gaps.parquet</c>.</summary>
internal sealed class GapSpan
{
    /// <summary>Ordinal among the gap rows, which come in the same order in events.</summary>
    public required int Number { get; init; }

    /// <summary>Last event of the CPU before it, ns.</summary>
    public long? BeginNs { get; init; }

    /// <summary>First event after it, ns.</summary>
    public long? EndNs { get; set; }

    /// <summary>CPU, or -1 for all.</summary>
    public required int Cpu { get; init; }

    /// <summary>Lost events, or null.</summary>
    public long? Lost { get; init; }

    /// <summary>Cause.</summary>
    public required string Cause { get; init; }
}

/// <summary>Which gaps are open, and how many ends of gaps have passed: what was certain before one is uncertain after it (inference.md 5).</summary>
/// <param name="state">Where gaps are listed.</param>
internal sealed class GapState(IngestState state)
{
    private readonly List<GapSpan> _open = [];

    /// <summary>Counts beginnings and ends of gaps.</summary>
    public int Epoch { get; private set; }

    /// <summary>Whether a gap is open on any CPU.</summary>
    public bool AnyOpen => _open.Count > 0;

    /// <summary>Takes a gap row.</summary>
    public void Open(ref TraceEvent e)
    {
        GapSpan gap = new()
        {
            Number = state.Gaps.Count,
            Cpu = e.Has(EventColumn.Cpu) ? e.Cpu : -1,
            BeginNs = e.Has(EventColumn.TsNs) ? e.TsNs : null,
            Lost = e.Has(EventColumn.Lost) ? e.Lost : null,
            Cause = state.Context.Strings[e.Cause],
        };
        state.Gaps.Add(gap);
        Epoch++;
        if (gap.Cause != "truncated_file")
        {
            _open.Add(gap);
        }
    }

    /// <summary>Looks at an event, which may end gaps.</summary>
    public void See(ref TraceEvent e)
    {
        if (_open.Count == 0)
        {
            return;
        }
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            GapSpan gap = _open[i];
            if (gap.Cpu < 0 || (e.Has(EventColumn.Cpu) && e.Cpu == gap.Cpu))
            {
                gap.EndNs = e.Has(EventColumn.TsNs) ? e.TsNs : null;
                _open.RemoveAt(i);
                Epoch++;
            }
        }
    }

    /// <summary>Treats one entry as if a gap lay before it: its value does not follow from the last one seen.</summary>
    public void Undeclared(ref LeafState leaf)
    {
        leaf.GapEpoch = -1;
        state.UndeclaredLosses++;
    }

    /// <summary>The trace has ended; open gaps have no end.</summary>
    public void Finish() => _open.Clear();
}
