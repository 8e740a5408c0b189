using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

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

/// <summary>
/// Leaf states by VM, address space, level and frame. Sixteen neighbouring frames lie side by side and are found by one look-up, since passes
/// over memory ask ascending frames; no object per page.
/// </summary>
internal sealed class LeafTable
{
    private const int GroupBits = 4;
    private const int GroupSize = 1 << GroupBits;
    private const int GroupsPerChunk = 1 << 12;
    private readonly List<LeafState[]> _chunks = [];
    private readonly LeafState[] _none = new LeafState[GroupSize];
    private Place[] _places = new Place[1 << 10];
    private int _groupCount;
    private ulong _lastKey = ulong.MaxValue;
    private ulong _lastAsked = ulong.MaxValue;
    private LeafState[] _lastChunk = [];
    private int _lastStart;

    /// <summary>Entries in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Key of an entry: never 0.</summary>
    public static ulong KeyOf(int vm, int asId, int level, ulong gfn) =>
        (gfn & ((1UL << 48) - 1)) | ((ulong)(uint)level << 48) | ((ulong)(asId & 1) << 52) | ((ulong)(uint)(vm + 1) << 53);

    /// <summary>The state of a key; a fresh one if it is new.</summary>
    public ref LeafState Get(ulong key)
    {
        ref LeafState found = ref Find(key);
        if (found.Key == 0)
        {
            if (_lastChunk == _none)
            {
                AddGroup(key >> GroupBits);
                found = ref Find(key);
            }
            Count++;
            found = new LeafState { Key = key };
        }
        return ref found;
    }

    /// <summary>The state of a key, whose <see cref="LeafState.Key"/> is 0 when it is not in the table; such a one must not be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref LeafState Find(ulong key)
    {
        if (key >> GroupBits != _lastKey)
        {
            FindGroup(key >> GroupBits);
        }
        return ref _lastChunk[_lastStart + (int)(key & (GroupSize - 1))];
    }

    /// <summary>Asks the memory for the place of a key's group, which is looked up soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void PrefetchPlace(ulong key)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref _places[FirstPlaceOf(key >> GroupBits)]));
        }
    }

    /// <summary>Asks the memory for the state of a key, which is looked at soon; what lies beside the one before comes without asking.</summary>
    public unsafe void PrefetchState(ulong key)
    {
        ulong groupKey = key >> GroupBits;
        if (groupKey == _lastAsked || !Sse.IsSupported)
        {
            return;
        }
        _lastAsked = groupKey;
        ref Place place = ref _places[PlaceOf(groupKey)];
        if (place.Key != 0)
        {
            int state = (place.Group % GroupsPerChunk * GroupSize) + (int)(key & (GroupSize - 1));
            Sse.Prefetch0(Unsafe.AsPointer(ref _chunks[place.Group / GroupsPerChunk][state]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindGroup(ulong groupKey)
    {
        ref Place place = ref _places[PlaceOf(groupKey)];
        _lastKey = groupKey;
        if (place.Key == 0)
        {
            _lastChunk = _none;
            _lastStart = 0;
            return;
        }
        _lastChunk = _chunks[place.Group / GroupsPerChunk];
        _lastStart = place.Group % GroupsPerChunk * GroupSize;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FirstPlaceOf(ulong groupKey) => (int)((groupKey * 0x9E3779B97F4A7C15) >> 32) & (_places.Length - 1);

    // A key is never 0 and has its level above the frame, so a group's key is never 0 either.
    private int PlaceOf(ulong groupKey)
    {
        Place[] places = _places;
        int at = FirstPlaceOf(groupKey);
        while (places[at].Key != 0 && places[at].Key != groupKey)
        {
            at = (at + 1) & (places.Length - 1);
        }
        return at;
    }

    private void AddGroup(ulong groupKey)
    {
        if ((_groupCount + 1) * 2 > _places.Length)
        {
            Grow();
        }
        if (_groupCount % GroupsPerChunk == 0)
        {
            _chunks.Add(new LeafState[GroupsPerChunk * GroupSize]);
        }
        _places[PlaceOf(groupKey)] = new Place { Key = groupKey, Group = _groupCount++ };
        _lastKey = ulong.MaxValue;
    }

    private void Grow()
    {
        Place[] old = _places;
        _places = new Place[(int)BitOperations.RoundUpToPowerOf2((uint)old.Length * 2)];
        foreach (Place place in old)
        {
            if (place.Key != 0)
            {
                _places[PlaceOf(place.Key)] = place;
            }
        }
    }

    /// <summary>A place of the hash table.</summary>
    private struct Place
    {
        public ulong Key;
        public int Group;
    }
}
