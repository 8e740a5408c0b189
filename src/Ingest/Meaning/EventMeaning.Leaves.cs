using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

// Changes of SPTEs: the state of every leaf, and the answers that clears give.
internal sealed partial class EventMeaning
{
    private void Change(ref TraceEvent e, TaskRecord? task)
    {
        // Read once: every look at the event asks whether the column is there.
        SpteFormat format = _stream.Sptes.Format;
        ulong before = e.OldSpte;
        ulong after = e.NewSpte;
        ulong gfn = e.Gfn;
        int level = e.Level;
        TraceEventOp op = SpteLayout.Classify(before, after, level, format);
        if (op == TraceEventOp.Replace && !SpteLayout.IsLeaf(before, level) && SpteLayout.IsLeaf(after, level)
            && _freezeSeen && _freezeLevel == level - 1 && _freezeGfn - gfn < 1UL << (9 * (level - 1)))
        {
            op = TraceEventOp.Collapse;
        }
        _freezeSeen = op == TraceEventOp.Freeze;
        if (_freezeSeen)
        {
            _freezeGfn = gfn;
            _freezeLevel = level;
        }
        e.Op = op;
        bool oldLeaf = SpteLayout.IsPresent(before) && SpteLayout.IsLeaf(before, level);
        bool newLeaf = SpteLayout.IsPresent(after) && SpteLayout.IsLeaf(after, level);
        if (format != SpteFormat.None)
        {
            e.SpteFormat = format;
        }
        if (oldLeaf || newLeaf)
        {
            e.Pfn = SpteLayout.PfnOf(newLeaf ? after : before);
        }
        int vm = VmOfChange(ref e, task);
        e.SetVm(vm);
        _state.SeeChange(vm, op == TraceEventOp.Map && level >= RootLevel);
        if (oldLeaf || newLeaf)
        {
            Leaf(ref e, task, op, vm, oldLeaf, newLeaf, format);
        }
    }

    private void Leaf(ref TraceEvent e, TaskRecord? task, TraceEventOp op, int vm, bool oldLeaf, bool newLeaf, SpteFormat format)
    {
        ulong before = e.OldSpte;
        ulong after = e.NewSpte;
        ulong gfn = e.Gfn;
        int level = e.Level;
        int asId = e.AsId;
        ref LeafState leaf = ref _leaves.Get(LeafTable.KeyOf(vm, asId, level, gfn));
        bool counts = _state.CountsFrame(vm, asId, gfn, e.TsNs);
        bool ofOldRoot = false;
        if (oldLeaf)
        {
            ofOldRoot = leaf.OldRootSpte != 0 && Follows(leaf.OldRootSpte, before, format) && !(leaf.Spte != 0 && Follows(leaf.Spte, before, format));
            if (leaf.Known)
            {
                bool follows = ofOldRoot || (leaf.Spte != 0 && Follows(leaf.Spte, before, format));
                Answers.OldFollows += follows ? 1 : 0;
                Answers.OldDiffers += follows ? 0 : 1;
                if (!follows)
                {
                    _gaps.Undeclared(ref leaf);
                }
            }
        }
        if (counts)
        {
            Answers.LeafMaps += newLeaf && !oldLeaf ? 1 : 0;
            Answers.LeafZaps += oldLeaf && !newLeaf ? 1 : 0;
            Answers.LeafYoungCleared += op == TraceEventOp.YoungCleared ? 1 : 0;
        }
        if (op == TraceEventOp.YoungCleared)
        {
            CountClear(ref e, task, !leaf.Known || !leaf.ClearedSinceMap);
        }
        if (ofOldRoot)
        {
            leaf.OldRootSpte = newLeaf ? after : 0;
            return;
        }
        if (newLeaf && !oldLeaf && leaf.Spte != 0)
        {
            leaf.OldRootSpte = leaf.Spte;
        }
        if (op == TraceEventOp.Split)
        {
            SplitLeaf(ref e, vm, leaf.ClearedSinceMap);
            leaf = ref _leaves.Get(LeafTable.KeyOf(vm, asId, level, gfn));
        }
        leaf.Known = true;
        leaf.Spte = newLeaf ? after : 0;
        leaf.GapEpoch = _gaps.Epoch;
        leaf.ClearedSinceMap = op switch
        {
            TraceEventOp.YoungCleared => true,
            // An entry that appears with A clear owes its next young answer to an access, not to the fault that made it.
            TraceEventOp.Collapse or TraceEventOp.Map => !SpteLayout.IsYoung(after, format),
            _ => leaf.ClearedSinceMap && oldLeaf,
        };
    }

    // R1 of inference.md: hardware only sets A and D; with both off nothing changes by itself.
    private static bool Follows(ulong known, ulong old, SpteFormat format) =>
        SpteLayout.WithoutAccessedDirty(known, format) == SpteLayout.WithoutAccessedDirty(old, format)
        && (known & ~old) == 0;

    private void CountClear(ref TraceEvent e, TaskRecord? task, bool first)
    {
        if (task is null || task.PendingSlot < 0)
        {
            Answers.OrphanClears++;
            return;
        }
        ref TraceEvent call = ref Order[task.PendingSlot];
        ulong pages = 1UL << (9 * (e.Level - 1));
        bool ofOther = e.Has(EventColumn.Vm) && call.Has(EventColumn.Vm) && e.Vm != call.Vm;
        bool hit = false;
        foreach (MemslotPart part in task.Call.Parts)
        {
            ulong from = Math.Max(part.Gfn, e.Gfn);
            ulong to = Math.Min(part.Gfn + (ulong)part.Pages, e.Gfn + pages);
            if (to > from && !ofOther)
            {
                task.Call.Cleared.Add((from, to, e.AsId, first));
                hit = true;
            }
        }
        Answers.OrphanClears += hit ? 0 : 1;
    }

    // A split brings 512 children without events; they take over A and consecutive frames.
    private void SplitLeaf(ref TraceEvent e, int vm, bool clearedSinceMap)
    {
        int level = e.Level;
        ulong step = 1UL << (9 * (level - 2));
        ulong huge = level - 1 == 1 ? 1UL << 7 : 0;
        for (int i = 0; i < 512; i++)
        {
            ref LeafState child = ref _leaves.Get(LeafTable.KeyOf(vm, e.AsId, level - 1, e.Gfn + ((ulong)i * step)));
            child.Known = true;
            child.Spte = (e.OldSpte & ~huge) + ((ulong)i * step << 12);
            child.GapEpoch = _gaps.Epoch;
            child.ClearedSinceMap = clearedSinceMap;
            child.OldRootSpte = 0;
        }
    }

    private void FastFix(ref TraceEvent e)
    {
        int vm = e.Has(EventColumn.Vm) ? e.Vm : -1;
        for (int level = 1; level <= 3; level++)
        {
            ulong first = e.Gfn & ~((1UL << (9 * (level - 1))) - 1);
            ref LeafState leaf = ref _leaves.Find(LeafTable.KeyOf(vm, 0, level, first));
            if (leaf.Key != 0 && leaf.Spte != 0 && SpteLayout.PfnOf(leaf.Spte) == SpteLayout.PfnOf(e.NewSpte))
            {
                leaf.Spte = e.NewSpte;
                return;
            }
        }
    }

    private enum PageAnswer
    {
        Unknown,
        Old,
        NotMapped,
    }
}
