using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Calibration;

/// <summary>A folio reached an anon list.</summary>
/// <param name="TsNs">When, ns.</param>
/// <param name="Cpu">CPU whose insertion batch was drained.</param>
/// <param name="Gfn">Guest frame whose first insertion it is; -1 for a page that the guest never saw, -2 for one that came back.</param>
/// <param name="Rest">Unknown pages of the same drain from this one on.</param>
/// <param name="First">The first drain of that CPU: other programs' pages may have waited there.</param>
internal readonly record struct RecordedInsertion(long TsNs, int Cpu, long Gfn, int Rest, bool First);

/// <summary>Order in which pages first reached the lists, from <c>mm_lru_insertion</c> and <c>kvm_mmu_set_spte</c>.</summary>
/// <remarks>
/// A fault allocates a frame, puts it into an insertion batch and then maps it, so the first insertion of that frame after the fault's begin is the
/// page's. A drain is a run of insertions of one thread with nothing of its own in between.
/// </remarks>
internal static class RecordedInsertions
{
    /// <summary>A page that the guest never saw.</summary>
    public const long Unknown = -1;

    /// <summary>A page of the guest that had been on a list before.</summary>
    public const long CameBack = -2;

    private const long DrainNs = 1_000_000;
    private const int FirstFileList = 2;

    /// <summary>Reads them.</summary>
    /// <param name="input">The capture.</param>
    /// <returns>In order of time; empty where the capture has not both tracepoints.</returns>
    public static List<RecordedInsertion> Read(CaptureInput input)
    {
        List<(long TsNs, int Cpu, int Tid, ulong Pfn)> inserted = [];
        List<(long FromNs, ulong Gfn, ulong Pfn)> mapped = [];
        Dictionary<int, long> faultOf = [];
        using EventsReader reader = new(input.Folder);
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            long ts = input.Steps.Correct(e.Has(EventColumn.TsNs) ? e.TsNs : unchecked((long)e.TsRaw));
            int tid = e.Has(EventColumn.Tid) ? e.Tid : 0;
            switch (e.Kind)
            {
                case TraceEventKind.LruInsert when e.Lru < FirstFileList:
                    inserted.Add((ts, e.Cpu, tid, e.Pfn));
                    break;
                case TraceEventKind.GuestFault:
                    faultOf[tid] = ts;
                    break;
                case TraceEventKind.SpteSet when e.Level == 1:
                    mapped.Add((faultOf.GetValueOrDefault(tid, ts), e.Gfn, RecordedSpte.PfnOf(e.NewSpte)));
                    break;
            }
        }
        return mapped.Count == 0 ? [] : Join(inserted, mapped);
    }

    private static List<RecordedInsertion> Join(List<(long TsNs, int Cpu, int Tid, ulong Pfn)> inserted, List<(long FromNs, ulong Gfn, ulong Pfn)> mapped)
    {
        Dictionary<ulong, Queue<(long FromNs, long Gfn)>> awaited = [];
        HashSet<ulong> seen = [];
        foreach ((long fromNs, ulong gfn, ulong pfn) in mapped)
        {
            if (!awaited.TryGetValue(pfn, out Queue<(long FromNs, long Gfn)>? queue))
            {
                awaited.Add(pfn, queue = new Queue<(long FromNs, long Gfn)>());
            }
            queue.Enqueue((fromNs, seen.Add(gfn) ? (long)gfn : CameBack));
        }
        RecordedInsertion[] joined = new RecordedInsertion[inserted.Count];
        int unknown = 0;
        Dictionary<int, int> firstDrain = [];
        int drain = 0;
        for (int i = 0; i < joined.Length; i++)
        {
            drain += i > 0 && IsNewDrain(inserted[i - 1], inserted[i]) ? 1 : 0;
            firstDrain.TryAdd(inserted[i].Cpu, drain);
            joined[i] = new RecordedInsertion(inserted[i].TsNs, inserted[i].Cpu, Unknown, 0, firstDrain[inserted[i].Cpu] == drain);
        }
        for (int i = 0; i < joined.Length; i++)
        {
            // A frame that was mapped again without an insertion (found in the swap cache) leaves its earlier mappings unclaimed.
            if (awaited.TryGetValue(inserted[i].Pfn, out Queue<(long FromNs, long Gfn)>? queue) && queue.TryPeek(out (long FromNs, long Gfn) first) && first.FromNs <= inserted[i].TsNs)
            {
                long gfn = CameBack;
                while (queue.TryPeek(out first) && first.FromNs <= inserted[i].TsNs)
                {
                    gfn = queue.Dequeue().Gfn is long one && one >= 0 ? one : gfn;
                }
                joined[i] = joined[i] with { Gfn = gfn };
            }
        }
        for (int i = joined.Length - 1; i >= 0; i--)
        {
            bool drainEnds = i + 1 == joined.Length || IsNewDrain(inserted[i], inserted[i + 1]);
            unknown = (drainEnds ? 0 : unknown) + (joined[i].Gfn == Unknown ? 1 : 0);
            joined[i] = joined[i] with { Rest = unknown };
        }
        return [.. joined];
    }

    private static bool IsNewDrain(in (long TsNs, int Cpu, int Tid, ulong Pfn) before, in (long TsNs, int Cpu, int Tid, ulong Pfn) next) =>
        next.Tid != before.Tid || next.Cpu != before.Cpu || next.TsNs - before.TsNs > DrainNs;
}
