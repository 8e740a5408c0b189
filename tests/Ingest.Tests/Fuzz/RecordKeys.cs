using SecondLook.Contracts.Events;
using SecondLook.Ingest.Accesses;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Keeps of each record that was read what does not depend on its neighbours: event, addresses, values, thread; no time, no CPU (where tables are lost it is not known), no meaning.</summary>
internal sealed class RecordKeys : IEventSink
{
    private IngestState _state = null!;

    /// <summary>Keys in the order of delivery, with the line or record number.</summary>
    public List<FuzzRecord> Records { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="container">Container, which decides between traces and lists of accesses.</param>
    /// <param name="file">The file.</param>
    public static List<FuzzRecord> Of(string container, string file)
    {
        if (container == "accesses")
        {
            List<FuzzRecord> accesses = [];
            foreach (ulong page in AccessTraceReader.Read(file).Pages)
            {
                accesses.Add(new FuzzRecord(accesses.Count + 1, page, ""));
            }
            return accesses;
        }
        RecordKeys keys = new();
        IngestRun run = new(new IngestRequest { Inputs = [file] }, keys);
        keys._state = run.State;
        run.Read(CancellationToken.None);
        return keys.Records;
    }

    /// <inheritdoc/>
    public void Accept(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        foreach (int slot in slots)
        {
            ref TraceEvent e = ref events[slot];
            if (e.Kind != TraceEventKind.Gap)
            {
                Records.Add(new FuzzRecord(e.Line, Key(ref e), _state.Strings[e.Src]));
            }
        }
    }

    private ulong Key(ref TraceEvent e)
    {
        ulong key = 14695981039346656037;
        foreach (char c in _state.Strings[e.Src])
        {
            key = (key ^ c) * 1099511628211;
        }
        foreach (ulong part in (ReadOnlySpan<ulong>)[
            e.Start, e.End, e.Gfn, e.Pfn, e.OldSpte, e.NewSpte, e.ErrorCode, (ulong)e.N0, (ulong)e.N1, (ulong)e.N2, (ulong)e.N3, (ulong)e.Tid])
        {
            key = (key ^ part) * 1099511628211;
            key ^= key >> 29;
        }
        return key;
    }
}
