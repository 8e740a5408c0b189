using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Calibration;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Calls about data pages that the model makes in each command, beside those of the capture; what differs falls into classes.</summary>
internal sealed class ModelledCallTally
{
    public int Walks { get; private set; }

    /// <summary>Aging commands whose calls agree one by one, in order.</summary>
    public int EqualWalks { get; private set; }

    public Counts Aging { get; } = new();

    public Counts Reclaim { get; } = new();

    /// <summary>Calibrates and compares.</summary>
    /// <param name="capture">The capture.</param>
    /// <param name="mode">The mode in which residency is known best.</param>
    public static ModelledCallTally Of(CaptureUnderTest capture, string mode)
    {
        CommandCalls calls = new(capture.Input.Pages.Count);
        Calibrator.Run(capture.Input, null, null, mode, CancellationToken.None, calls);
        List<Recorded> recorded = Read(capture, calls.Commands);
        ModelledCallTally tally = new();
        foreach ((ModelledCalls model, Recorded real) in calls.Commands.Zip(recorded))
        {
            bool aging = model.Command.Word == "age";
            tally.Walks += aging && (real.Asked.Count > 0 || model.Asked.Count > 0) ? 1 : 0;
            tally.EqualWalks += aging && real.Asked.Count > 0 && real.Asked.SequenceEqual(model.Asked) ? 1 : 0;
            (aging ? tally.Aging : tally.Reclaim).Add(real, model);
        }
        return tally;
    }

    private static List<Recorded> Read(CaptureUnderTest capture, List<ModelledCalls> commands)
    {
        List<Recorded> recorded = [];
        ResidentPages resident = new(capture.Input.Pages, capture.Input.Scan.Facts);
        using EventsReader reader = new(capture.Events);
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            long ts = capture.Input.Steps.Correct(e.Has(EventColumn.TsNs) ? e.TsNs : unchecked((long)e.TsRaw));
            while (recorded.Count < commands.Count && commands[recorded.Count].Command.BeginNs <= ts)
            {
                recorded.Add(new Recorded([.. resident.All], [.. resident.All.Where(p => resident.Waits(p) || resident.MayWait(p))], []));
            }
            if (e.Kind == TraceEventKind.Age && e.Op != TraceEventOp.Test && recorded.Count > 0 && ts <= commands[recorded.Count - 1].Command.EndNs
                && !reader.Strings[e.Comm].StartsWith("kdamond", StringComparison.Ordinal) && capture.Input.Pages.OfHva(e.Start, ts, out _) is int page and >= 0)
            {
                recorded[^1].Asked.Add(page);
            }
            resident.See(e, ts);
        }
        return recorded;
    }

    internal sealed record Recorded(HashSet<int> Mapped, HashSet<int> Waiting, List<int> Asked);

    /// <summary>Calls of one kind of command.</summary>
    internal sealed class Counts
    {
        public long Real { get; private set; }

        public long Model { get; private set; }

        public long Same { get; private set; }

        /// <summary>On pages that only one of kernel and model has mapped.</summary>
        public long Unmapped { get; private set; }

        /// <summary>On pages that wait, or may wait, in an insertion batch.</summary>
        public long Waiting { get; private set; }

        /// <summary>On 2 MiB tables that only one of the two read at all.</summary>
        public long OneTable { get; private set; }

        public long Other { get; private set; }

        public void Add(Recorded real, ModelledCalls model)
        {
            Real += real.Asked.Count;
            Model += model.Asked.Count;
            Dictionary<int, int> a = real.Asked.CountBy(p => p).ToDictionary();
            Dictionary<int, int> b = model.Asked.CountBy(p => p).ToDictionary();
            HashSet<int> tables = [.. real.Asked.Select(Table).Intersect(model.Asked.Select(Table))];
            foreach (int page in a.Keys.Union(b.Keys))
            {
                int same = Math.Min(a.GetValueOrDefault(page), b.GetValueOrDefault(page));
                int differ = Math.Max(a.GetValueOrDefault(page), b.GetValueOrDefault(page)) - same;
                Same += same;
                if (real.Mapped.Contains(page) != model.Mapped.Contains(page))
                {
                    Unmapped += differ;
                }
                else if (real.Waiting.Contains(page))
                {
                    Waiting += differ;
                }
                else if (!tables.Contains(Table(page)))
                {
                    OneTable += differ;
                }
                else
                {
                    Other += differ;
                }
            }
        }

        private static int Table(int page) => page >> 9;
    }
}
