using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Bounds;
using SecondLook.Replay.Demands;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>One pass over the events of a dataset: intervals, bursts and facts.</summary>
public sealed class TraceScan
{
    private TraceScan(KnownIntervals known, List<RecordedCommand> bursts, CaptureFacts facts, List<long> agingCallsNs)
    {
        AgingCallsNs = agingCallsNs;
        Known = known;
        Bursts = bursts;
        Facts = facts;
    }

    /// <summary>What the capture proves about accesses.</summary>
    public KnownIntervals Known { get; }

    /// <summary>Commands inferred from bursts of events.</summary>
    public List<RecordedCommand> Bursts { get; }

    /// <summary>Kinds of events seen.</summary>
    public CaptureFacts Facts { get; }

    /// <summary>Times of the aging calls about guest memory, in order.</summary>
    public List<long> AgingCallsNs { get; }

    /// <summary>Times of all unmaps of a single page, guest memory or not, in order.</summary>
    public List<long> PageUnmapsNs { get; } = [];

    /// <summary>Guest accesses of frames without a memslot, in order.</summary>
    public List<MmioAccess> Mmio { get; } = [];

    /// <summary>Reads the events of a dataset.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="pages">Its pages.</param>
    /// <param name="gaps">Its losses.</param>
    /// <param name="contradictory">Told of every event, to count what cannot be; null for none.</param>
    /// <param name="steps">Steps of its clock.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <param name="damage">Damage to do to the events, or null.</param>
    public static TraceScan Read(string folder, GuestPages pages, GapTimeline gaps, ContradictoryInput? contradictory, ClockSteps steps, CancellationToken cancel, EventDamage? damage = null)
    {
        using ScanEvents reader = new(folder, damage);
        gaps = gaps.With(reader.Gaps);
        IntervalBuilder builder = new(pages, gaps, pages.HasSharedFrames ? ThreadVms.Learn(folder, pages) : ThreadVms.None);
        BurstCollector bursts = new();
        CaptureFacts facts = new();
        List<long> agingCalls = [];
        List<long> unmaps = [];
        List<MmioAccess> mmio = [];
        string[] vms = VmNames(pages);
        TraceEvent e = default;
        long now = long.MinValue;
        bool back = false;
        while (reader.TryRead(ref e))
        {
            long ts = steps.Correct(e.Has(EventColumn.TsNs) ? e.TsNs : unchecked((long)e.TsRaw));
            if (ts < now)
            {
                // A run of events that lie back is one step.
                if (!back)
                {
                    facts.ClockBack.Add((now - ts, 0));
                }
                back = true;
                facts.ClockBack[^1] = (facts.ClockBack[^1].SizeNs, facts.ClockBack[^1].Events + 1);
                ts = now;
            }
            else
            {
                back = false;
            }
            now = ts;
            if ((facts.Events++ & 0xffff) == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
            contradictory?.See(e, facts.Events - 1, ts);
            if (e.Kind == TraceEventKind.MmioSpte ? e.Op == TraceEventOp.Mark : e.Kind == TraceEventKind.Mmio && e.Space == AddressSpaceKind.Gfn)
            {
                // One access each: a valid entry is handled, any other is written anew.
                mmio.Add(new MmioAccess(ts, e.Has(EventColumn.Vm) && e.Vm >= 0 && e.Vm < vms.Length ? vms[e.Vm] : "", e.Gfn));
            }
            Note(facts, e);
            facts.Cpus.Add(e, ts);
            if (e.Kind == TraceEventKind.Invalidate && e.End - e.Start == 4096)
            {
                unmaps.Add(ts);
            }
            builder.Add(e, ts);
            if (e.Kind is TraceEventKind.Age or TraceEventKind.Invalidate && (!pages.AddressesKnown || pages.OfHva(e.Start, ts, out _) >= 0))
            {
                if (e.Kind == TraceEventKind.Age && e.Op != TraceEventOp.Test)
                {
                    agingCalls.Add(ts);
                }
                bursts.Add(e, ts, e.Has(EventColumn.Comm) ? reader.Strings[e.Comm] : "");
            }
        }
        facts.Cpus.Finish();
        builder.HasNestedGuest = facts.SpteChanges && facts.ShadowPages;
        TraceScan scan = new(builder.Finish(), bursts.Finish(), facts, agingCalls);
        scan.PageUnmapsNs.AddRange(unmaps);
        scan.Mmio.AddRange(mmio);
        return scan;
    }

    /// <summary>Guest frames (or, without any, host pages) that the events name, for datasets without memslots.</summary>
    public static ulong[] FindFrames(string folder)
    {
        using EventsReader reader = new(folder);
        HashSet<ulong> gfns = [];
        HashSet<ulong> hostPages = [];
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            switch (e.Kind)
            {
                case TraceEventKind.SpteChange when e.AsId == 0 && RecordedSpte.IsLeaf(e.NewSpte, e.Level) && e.Level <= 2:
                    ulong pages = e.Level == 2 ? 512UL : 1;
                    for (ulong i = 0; i < pages; i++)
                    {
                        gfns.Add(e.Gfn + i);
                    }
                    break;
                case TraceEventKind.SpteSet when e.Level == 1:
                    gfns.Add(e.Gfn);
                    break;
                case TraceEventKind.GuestFault when e.Has(EventColumn.Start) && e.Space == AddressSpaceKind.Gpa && e.Op is TraceEventOp.Translation:
                    gfns.Add(e.Start >> 12);
                    break;
                case TraceEventKind.Age:
                    hostPages.Add(e.Start >> 12);
                    break;
            }
        }
        HashSet<ulong> chosen = gfns.Count > 0 ? gfns : hostPages;
        ulong[] frames = new ulong[chosen.Count];
        chosen.CopyTo(frames);
        Array.Sort(frames);
        return frames;
    }

    private static string[] VmNames(GuestPages pages)
    {
        string[] names = new string[pages.VmCount];
        Array.Fill(names, "");
        foreach (ref readonly SlotPages slot in pages.Slots)
        {
            int vm = pages.VmOf(slot.Vm);
            if (vm >= 0)
            {
                names[vm] = slot.Vm;
            }
        }
        return names;
    }

    private static void Note(CaptureFacts facts, in TraceEvent e)
    {
        switch (e.Kind)
        {
            case TraceEventKind.SpteChange:
                facts.SpteChanges = true;
                break;
            case TraceEventKind.SpteSet:
                facts.SpteSets = true;
                break;
            case TraceEventKind.GuestFault:
                facts.Faults = true;
                facts.Stage2Faults |= e.Op is TraceEventOp.Translation or TraceEventOp.Permission;
                facts.AccessFlagFaults |= e.Op == TraceEventOp.AccessFlag;
                break;
            case TraceEventKind.SpGet or TraceEventKind.SpSync:
                facts.ShadowPages |= e.Has(EventColumn.N0) && e.N0 == 0;
                break;
            case TraceEventKind.Age:
                facts.AgingCalls = true;
                facts.PrintedAnswers |= e.Has(EventColumn.Young) && e.YoungSrc is YoungSource.Printed or YoungSource.Retval;
                break;
            case TraceEventKind.Invalidate:
                facts.Unmaps = true;
                break;
        }
    }
}
