using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Capture;

/// <summary>Guest frames that rows of a memslot table have taken: no frame is in two slots of one VM and address space at a time.</summary>
/// <remarks>By first frame in order, so that a row is held only against those that begin less than the longest slot before its end.</remarks>
internal sealed class TakenFrames
{
    private readonly Dictionary<(int Vm, int AsId), (SlotsByStart Slots, ulong MostPages)> _spaces = [];

    /// <summary>Takes the frames of a slot.</summary>
    /// <returns>False when some are taken during its time; then nothing changes.</returns>
    public bool TryAdd(MemslotSpan slot)
    {
        (int, int) key = (slot.Vm, slot.AsId);
        if (!_spaces.TryGetValue(key, out (SlotsByStart Slots, ulong MostPages) space))
        {
            space = (new SlotsByStart(), 0);
        }
        int place = space.Slots.FirstAbove(slot.Gfn + slot.Npages - 1);
        for (int i = place - 1; i >= 0 && space.Slots[i].Gfn + space.MostPages > slot.Gfn; i--)
        {
            MemslotSpan other = space.Slots[i];
            bool sameTime = (slot.FromNs ?? long.MinValue) < (other.ToNs ?? long.MaxValue) && (other.FromNs ?? long.MinValue) < (slot.ToNs ?? long.MaxValue);
            if (sameTime && slot.Gfn < other.Gfn + other.Npages)
            {
                return false;
            }
        }
        space.Slots.Add(slot.Gfn, slot);
        _spaces[key] = (space.Slots, Math.Max(space.MostPages, slot.Npages));
        return true;
    }
}
