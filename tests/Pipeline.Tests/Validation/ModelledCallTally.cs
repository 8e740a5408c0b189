using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay;
using SecondLook.Replay.Calibration;
using SecondLook.Replay.Replacement.Mglru;

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
    /// <param name="parsed">The capture's calls taken apart; null where batches are not traced, and every call is about a page judged.</param>
    public static ModelledCallTally Of(CaptureUnderTest capture, string mode, RecordedCalls? parsed)
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
            HashSet<int> judged = parsed is null ? [.. real.Asked] : During(model, parsed.Judged);
            HashSet<int> walked = parsed is null ? [] : During(model, parsed.Walked);
            (aging ? tally.Aging : tally.Reclaim).Add(real, model, judged, walked, page => Window(capture.Input.Pages, page));
        }
        return tally;
    }

    private static HashSet<int> During(ModelledCalls model, List<(long TsNs, HashSet<int> Pages)> parts) =>
        [.. parts.Where(p => model.Command.BeginNs <= p.TsNs && p.TsNs <= model.Command.EndNs).SelectMany(p => p.Pages)];

    // Data pages that look-around asks around a target.
    private static (int Low, int End) Window(GuestPages pages, int target)
    {
        foreach (ref readonly SlotPages slot in pages.Slots)
        {
            if (target >= slot.FirstPage && target < slot.FirstPage + slot.Npages)
            {
                // Page numbers of the process, where multiples of 512 are tables.
                long shift = (long)(slot.Hva >> 12) - slot.FirstPage;
                (long low, long end) = LookAroundWindow.Of(target + shift, slot.FirstPage + shift, slot.FirstPage + slot.Npages + shift);
                return ((int)(low - shift), (int)(end - shift));
            }
        }
        return (target, target + 1);
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

        /// <summary>On pages that only one of the two isolated and judged: how far a command gets, and in which order pages lie.</summary>
        public long JudgedByOne { get; private set; }

        /// <summary>On neighbours of a page that only one of the two judged.</summary>
        public long Neighbours { get; private set; }

        /// <summary>On neighbours of a page that both judged, but only one found young, or more often.</summary>
        public long OneYoung { get; private set; }

        /// <summary>On pages that a walk of a reclaiming task asked in one of the two: whether a pass ages first turns on how far the one before got.</summary>
        public long Walked { get; private set; }

        public long Other { get; private set; }

        public void Add(Recorded real, ModelledCalls model, HashSet<int> judged, HashSet<int> walked, Func<int, (int Low, int End)> windowOf)
        {
            HashSet<int> byOne = [.. judged];
            byOne.SymmetricExceptWith(model.Judged);
            HashSet<int> around = Around(byOne, windowOf);
            HashSet<int> aroundBoth = Around(judged.Where(model.Judged.Contains), windowOf);
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
                else if (model.Command.Word != "age" && (walked.Contains(page) || model.Walked.Contains(page)))
                {
                    Walked += differ;
                }
                else if (byOne.Contains(page))
                {
                    JudgedByOne += differ;
                }
                else if (around.Contains(page))
                {
                    Neighbours += differ;
                }
                else if (aroundBoth.Contains(page))
                {
                    OneYoung += differ;
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

        private static HashSet<int> Around(IEnumerable<int> targets, Func<int, (int Low, int End)> windowOf)
        {
            HashSet<int> pages = [];
            foreach (int target in targets)
            {
                (int low, int end) = windowOf(target);
                pages.UnionWith(Enumerable.Range(low, end - low));
            }
            return pages;
        }

        private static int Table(int page) => page >> 9;
    }
}
