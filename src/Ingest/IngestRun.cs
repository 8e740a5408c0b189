using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Capture;
using SecondLook.Ingest.Inputs;
using SecondLook.Ingest.Meaning;
using SecondLook.Ingest.Ordering;

namespace SecondLook.Ingest;

/// <summary>Reads all inputs of a request through to a sink: what dataset, dump and inspect share.</summary>
internal sealed class IngestRun
{
    private readonly IngestRequest _request;

    public IngestRun(IngestRequest request, IEventSink events)
    {
        _request = request;
        EventMeaning meaning = new(State, events);
        EventOrder order = new(meaning, State.Context);
        meaning.Order = order;
        Order = order;
        Sink = new TraceSink(State, order);
    }

    /// <summary>What is learnt on the way.</summary>
    public IngestState State { get; } = new();

    /// <summary>Where formats deliver.</summary>
    public TraceSink Sink { get; }

    /// <summary>Side files of the capture folder, or null.</summary>
    public SideFiles? Side { get; private set; }

    private EventOrder Order { get; }

    /// <summary>Reads everything.</summary>
    /// <exception cref="InputException">An input cannot be read, is refused, or all of them together hold nothing.</exception>
    public void Read(CancellationToken cancel)
    {
        if (_request.Inputs.Count == 0)
        {
            throw new UsageException(["no input: name a file, a capture folder, or - for standard input."]);
        }
        Options.Check(_request.Options);
        Options.Apply(_request.Options, State);
        Order.Dedupe = _request.Options.GetValueOrDefault("dedupe") == "true";
        List<(string File, CaptureNotes? Notes)> files = Resolve();
        if (_request.Memslots is { } memslots)
        {
            ReadMemslots(memslots);
        }
        if (!files.Exists(static f => f.File == "-"))
        {
            if (State.Memslots.IsEmpty && files.Count > 1)
            {
                LearnMemslots(files, cancel);
            }
            if (State.Memslots.VmCount > 1)
            {
                Scout(files, cancel);
            }
        }
        ReadAll(files, cancel);
        Order.Finish();
        if (Sink.EventCount + Sink.OtherEventCount + Sink.GapCount + State.Quarantine.Total == 0)
        {
            throw new InputException("no_events", $"{string.Join(", ", Names(files))}: no events in it.");
        }
    }

    // A trace that tells memslots beside others is read for them alone first: the others need them from the start, to tell VMs apart.
    private void LearnMemslots(List<(string File, CaptureNotes? Notes)> files, CancellationToken cancel)
    {
        List<(string, CaptureNotes?)> telling = [];
        foreach ((string file, CaptureNotes? notes) in files)
        {
            using TraceInput input = InputOpener.Open(file, _request, notes, out ReadOnlyMemory<byte> head);
            _ = FormatSniffer.Pick(input.Name, head.Span, _request.Format, out string format);
            if (format == "memslots-csv")
            {
                return;
            }
            if (format == "bpftrace")
            {
                telling.Add((file, notes));
            }
        }
        if (telling.Count == 0)
        {
            return;
        }
        IngestRun run = new(_request, new CountingSink());
        Options.Apply(_request.Options, run.State);
        run.ReadAll(telling, cancel);
        run.Order.Finish();
        foreach (MemslotSpan slot in run.State.Memslots.Slots)
        {
            State.Memslots.Add(slot with { Vm = State.Vms.Add(run.State.Vms.Names[slot.Vm]) });
        }
        State.Vms.SeeOwners(run.State.Vms);
        State.SideProblems.AddRange(run.State.SideProblems);
    }

    private void Scout(List<(string File, CaptureNotes? Notes)> files, CancellationToken cancel)
    {
        VmScout scout = new(State);
        IngestRun run = new(_request, scout);
        Options.Apply(_request.Options, run.State);
        foreach (string vm in State.Vms.Names)
        {
            run.State.Vms.Add(vm);
        }
        foreach (MemslotSpan slot in State.Memslots.Slots)
        {
            run.State.Memslots.Add(slot);
        }
        run.ReadAll(files, cancel);
        run.Order.Finish();
        scout.Teach(State);
    }

    private static List<string> Names(List<(string File, CaptureNotes? Notes)> files)
    {
        List<string> names = [];
        foreach ((string file, _) in files)
        {
            names.Add(Path.GetFileName(file));
        }
        return names;
    }

    private List<(string File, CaptureNotes? Notes)> Resolve()
    {
        List<(string, CaptureNotes?)> files = [];
        foreach (string input in _request.Inputs)
        {
            if (input != "-" && Directory.Exists(input))
            {
                CaptureFolder folder = CaptureFolder.Open(input);
                if (Side is not null)
                {
                    throw new UsageException(["more than one capture folder: ingest one at a time, their clocks and VMs differ."]);
                }
                Side = new SideFiles(folder, State);
                Side.ReadBeforeTrace();
                files.Add((folder.Trace, folder.Notes));
            }
            else
            {
                files.Add((input, null));
            }
        }
        return files;
    }

    private void ReadMemslots(string path)
    {
        using StreamReader reader = new(InputOpener.OpenSide(path));
        string name = Path.GetFileName(path);
        string[] lines = reader.ReadToEnd().Split('\n');
        foreach ((MemslotSpan slot, _) in MemslotFile.Read(lines, State.Vms, "vm1", (line, reason, text) => State.SideProblems.Add((name, line, reason, text))))
        {
            State.Memslots.Add(slot);
            State.AnyDataRole |= slot.Role == "data";
        }
    }

    // Several inputs are read side by side: always the one that is furthest behind, and nothing leaves the order that another may still precede.
    private void ReadAll(List<(string File, CaptureNotes? Notes)> files, CancellationToken cancel)
    {
        List<OpenInput> open = [];
        try
        {
            foreach ((string file, CaptureNotes? notes) in files)
            {
                open.Add(Open(file, notes));
            }
            while (open.Count > 0)
            {
                OpenInput next = Furthest(open);
                if (open.Count > 1)
                {
                    Order.HoldFrom(next.Place.Epoch, next.Place.Latest);
                }
                else
                {
                    Order.HoldNothing();
                }
                Sink.Place = next.Place;
                bool more = next.Reader.ReadBlock();
                next.Place = Sink.Place;
                if (!more)
                {
                    next.Input.Source?.Drain();
                    next.Dispose();
                    open.Remove(next);
                }
                cancel.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            foreach (OpenInput input in open)
            {
                input.Dispose();
            }
        }
    }

    private static OpenInput Furthest(List<OpenInput> open)
    {
        OpenInput furthest = open[0];
        foreach (OpenInput input in open)
        {
            if ((input.Place.Epoch, input.Place.Latest).CompareTo((furthest.Place.Epoch, furthest.Place.Latest)) < 0)
            {
                furthest = input;
            }
        }
        return furthest;
    }

    private OpenInput Open(string file, CaptureNotes? notes)
    {
        TraceInput input = InputOpener.Open(file, _request, notes, out ReadOnlyMemory<byte> head);
        try
        {
            ITraceFormat format = FormatSniffer.Pick(input.Name, head.Span, _request.Format, out string name);
            input.Facts.Container = name;
            Sink.BeginInput(input.Facts);
            ITraceReader reader = format.Open(input, Sink);
            return new OpenInput(input, reader) { Place = Sink.Place };
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>An input on its way.</summary>
    private sealed class OpenInput(TraceInput input, ITraceReader reader) : IDisposable
    {
        public TraceInput Input { get; } = input;

        public ITraceReader Reader { get; } = reader;

        /// <summary>Where the sink stands in it.</summary>
        public SinkPlace Place { get; set; }

        public void Dispose()
        {
            Reader.Dispose();
            Input.Dispose();
        }
    }
}
