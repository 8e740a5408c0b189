using System.Runtime.InteropServices;

namespace SecondLook.Replay.Mmu;

/// <summary>
/// Translations that vCPUs have cached: while one is cached, accesses do not walk the tables and set no accessed bit. A page may then look old
/// although it is used. Least recently used translations go first; flushes and zaps empty the cache.
/// </summary>
/// <remarks>
/// Models: the effect of guest TLBs on accessed bits, section 1.12 of the KVM specification (<c>tlb_model: lru:C</c>).
/// Omits: sets and ways, caches of upper levels, ASIDs.
/// </remarks>
public sealed class TlbModel
{
    private readonly int _capacity;
    private readonly Vcpu[] _vcpus;

    /// <summary>Creates empty caches.</summary>
    /// <param name="vcpus">Virtual CPUs.</param>
    /// <param name="capacity">Translations that each keeps, above 0.</param>
    public TlbModel(int vcpus, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _vcpus = new Vcpu[vcpus];
        for (int i = 0; i < vcpus; i++)
        {
            _vcpus[i] = new Vcpu(capacity);
        }
    }

    /// <summary>Whether an access is served without a walk. A store needs a translation that was dirty when it was cached.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="frame">Frame accessed, made unique over contexts by the caller.</param>
    /// <param name="write">The access is a store.</param>
    public bool Hit(int vcpu, ulong frame, bool write)
    {
        Vcpu cache = _vcpus[vcpu];
        if (!cache.Slots.TryGetValue(frame, out int slot) || (write && !cache.Dirty[slot]))
        {
            return false;
        }
        cache.MoveToFront(slot);
        return true;
    }

    /// <summary>Caches the translation that a walk just used.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="frame">Frame accessed.</param>
    /// <param name="dirty">The walk set or found the dirty bit.</param>
    public void Insert(int vcpu, ulong frame, bool dirty)
    {
        Vcpu cache = _vcpus[vcpu];
        ref int known = ref CollectionsMarshal.GetValueRefOrAddDefault(cache.Slots, frame, out bool exists);
        if (exists)
        {
            cache.Dirty[known] |= dirty;
            cache.MoveToFront(known);
            return;
        }
        int slot = cache.Used < _capacity ? cache.Used++ : cache.Oldest;
        known = slot;
        if (cache.InList(slot))
        {
            cache.Slots.Remove(cache.Frames[slot]);
            cache.Unlink(slot);
        }
        cache.Frames[slot] = frame;
        cache.Dirty[slot] = dirty;
        cache.LinkFront(slot);
    }

    /// <summary>Empties the caches of all vCPUs.</summary>
    public void Flush()
    {
        foreach (Vcpu cache in _vcpus)
        {
            cache.Clear();
        }
    }

    /// <summary>A doubly linked list of slots over arrays; slot indices are shifted by one so that 0 is the end.</summary>
    private sealed class Vcpu(int capacity)
    {
        private readonly int[] _next = new int[capacity + 1];
        private readonly int[] _before = new int[capacity + 1];
        private readonly bool[] _linked = new bool[capacity];

        public Dictionary<ulong, int> Slots { get; } = new(capacity);

        public ulong[] Frames { get; } = new ulong[capacity];

        public bool[] Dirty { get; } = new bool[capacity];

        public int Used { get; set; }

        public int Oldest => _before[0] - 1;

        public bool InList(int slot) => _linked[slot];

        public void MoveToFront(int slot)
        {
            Unlink(slot);
            LinkFront(slot);
        }

        public void LinkFront(int slot)
        {
            int first = _next[0];
            _next[slot + 1] = first;
            _before[slot + 1] = 0;
            _before[first] = slot + 1;
            _next[0] = slot + 1;
            _linked[slot] = true;
        }

        public void Unlink(int slot)
        {
            _next[_before[slot + 1]] = _next[slot + 1];
            _before[_next[slot + 1]] = _before[slot + 1];
            _linked[slot] = false;
        }

        public void Clear()
        {
            Slots.Clear();
            _linked.AsSpan().Clear();
            Used = 0;
            _next[0] = 0;
            _before[0] = 0;
        }
    }
}
