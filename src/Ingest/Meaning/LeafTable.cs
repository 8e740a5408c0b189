using System.Numerics;
using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Meaning;

/// <summary>Last known state of one SPTE that maps memory.</summary>
internal struct LeafState
{
    /// <summary>Key, see <see cref="LeafTable.KeyOf"/>; 0 marks a free place.</summary>
    public ulong Key;

    /// <summary>Last value seen, or 0 when the entry is known to map nothing.</summary>
    public ulong Spte;

    /// <summary>Value of the same frame under a root that was invalidated and still holds a mapping, or 0.</summary>
    public ulong OldRootSpte;

    /// <summary>Count of gaps when the state was last certain.</summary>
    public int GapEpoch;

    /// <summary>Whether A was cleared since the mapping appeared.</summary>
    public bool ClearedSinceMap;

    /// <summary>Whether the entry is known at all.</summary>
    public bool Known;
}

/// <summary>Leaf states by VM, address space, level and frame: open addressing over one array, no object per page.</summary>
internal sealed class LeafTable
{
    private LeafState[] _slots = new LeafState[1 << 12];
    private int _count;

    /// <summary>Entries in the table.</summary>
    public int Count => _count;

    /// <summary>Key of an entry: never 0.</summary>
    public static ulong KeyOf(int vm, int asId, int level, ulong gfn) =>
        (gfn & ((1UL << 48) - 1)) | ((ulong)(uint)level << 48) | ((ulong)(asId & 1) << 52) | ((ulong)(uint)(vm + 1) << 53);

    /// <summary>The state of a key; a fresh one if it is new.</summary>
    public ref LeafState Get(ulong key)
    {
        ref LeafState found = ref Find(key);
        if (found.Key == 0)
        {
            if ((_count + 1) * 2 > _slots.Length)
            {
                Grow();
                found = ref Find(key);
            }
            _count++;
            found = new LeafState { Key = key };
        }
        return ref found;
    }

    /// <summary>The state of a key, whose <see cref="LeafState.Key"/> is 0 when it is not in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ref LeafState Find(ulong key)
    {
        LeafState[] slots = _slots;
        int mask = slots.Length - 1;
        // Eight neighbouring frames share a bucket: passes ask ascending frames, so most look-ups find their cache line warm.
        int i = (int)(((((key >> 3) * 0x9E3779B97F4A7C15) >> 32) << 3) | (key & 7)) & mask;
        while (slots[i].Key != 0 && slots[i].Key != key)
        {
            i = (i + 1) & mask;
        }
        return ref slots[i];
    }

    private void Grow()
    {
        LeafState[] old = _slots;
        _slots = new LeafState[(int)BitOperations.RoundUpToPowerOf2((uint)old.Length * 2)];
        foreach (LeafState state in old)
        {
            if (state.Key != 0)
            {
                Find(state.Key) = state;
            }
        }
    }
}
