using SecondLook.Contracts.Events;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Inspect;

/// <summary>
/// Predicts the accessed bit in the old value of each leaf event on guest data from the last value seen and the true accesses since,
/// and counts how often the kernel's value agrees.
/// </summary>
/// <remarks>Rules R1 and R5 of inference.md 2. Entries of an invalidated root live on beside those of the new one and are told apart by their frame.</remarks>
internal sealed class AccessedBitBook(TruthIndex truth)
{
    private readonly Dictionary<(int Vm, int AsId, int Level, ulong Gfn, ulong Pfn), Entry> _entries = [];
    private int _gaps;

    /// <summary>Bits as predicted.</summary>
    public long Right { get; private set; }

    /// <summary>Bits not as predicted.</summary>
    public long Wrong { get; private set; }

    /// <summary>A loss: what was known of each entry no longer holds.</summary>
    public void Gap() => _gaps++;

    /// <summary>One change of an SPTE that maps guest data before or after it.</summary>
    public void Change(ref TraceEvent e, int vm)
    {
        SpteFormat format = e.SpteFormat;
        int level = e.Level;
        bool oldLeaf = SpteLayout.IsPresent(e.OldSpte) && SpteLayout.IsLeaf(e.OldSpte, level);
        bool newLeaf = SpteLayout.IsPresent(e.NewSpte) && SpteLayout.IsLeaf(e.NewSpte, level);
        bool oldYoung = oldLeaf && SpteLayout.IsYoung(e.OldSpte, format);
        if (oldLeaf)
        {
            (int, int, int, ulong, ulong) key = (vm, e.AsId, level, e.Gfn, SpteLayout.PfnOf(e.OldSpte));
            if (_entries.Remove(key, out Entry entry) && entry.Gaps == _gaps)
            {
                bool predicted = entry.Young || Touched(vm, e.Gfn, level, entry.SinceNs, e.TsNs);
                Right += predicted == oldYoung ? 1 : 0;
                Wrong += predicted == oldYoung ? 0 : 1;
            }
        }
        if (newLeaf)
        {
            bool young = SpteLayout.IsYoung(e.NewSpte, format);
            _entries[(vm, e.AsId, level, e.Gfn, SpteLayout.PfnOf(e.NewSpte))] = new Entry(young, e.TsNs, _gaps);
        }
        else if (e.Op == TraceEventOp.Split)
        {
            // 512 children without events take over A and consecutive frames.
            ulong step = 1UL << (9 * (level - 2));
            for (ulong i = 0; i < 512; i++)
            {
                _entries[(vm, e.AsId, level - 1, e.Gfn + (i * step), SpteLayout.PfnOf(e.OldSpte) + (i * step))] = new Entry(oldYoung, e.TsNs, _gaps);
            }
        }
    }

    private bool Touched(int vm, ulong gfn, int level, long from, long to)
    {
        for (ulong i = 0; i < 1UL << (9 * (level - 1)); i++)
        {
            if (truth.Touched(vm, gfn + i, from, to))
            {
                return true;
            }
        }
        return false;
    }

    private readonly record struct Entry(bool Young, long SinceNs, int Gaps);
}
