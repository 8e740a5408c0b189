using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>RANDOM as libCacheSim draws it: a bucket of its hash table is drawn until one holds a page, and the newest page of that bucket leaves.</summary>
/// <remarks>
/// The draw is far from uniform: it takes the low bits of a linear congruential generator, which run through all buckets once before any comes again.
/// No page outlives one such round, so that loops never hit and recently used pages are safer than by lot. Counts equal the simulator's in
/// distribution: its hash function and its seeds are its own. The table has 2^16 buckets and doubles when it holds more pages than buckets.
/// </remarks>
public sealed class CountedRandom : ICountedPolicy
{
    private const int FirstBits = 16;
    private const ulong Multiplier = 6364136223846793005;
    private const ulong Increment = 1442695040888963407;
    private readonly ulong[] _hash;
    private readonly bool[] _resident;
    private readonly int[] _older;
    private readonly int _capacity;
    private int[] _newest = [];
    private ulong _mask;
    private ulong _state;
    private int _count;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="names">Page number of each dense id.</param>
    /// <param name="capacity">Pages that fit.</param>
    /// <param name="seed">Seed of the run.</param>
    public CountedRandom(ReadOnlySpan<ulong> names, int capacity, ulong seed)
    {
        _capacity = capacity;
        _hash = new ulong[names.Length];
        _resident = new bool[names.Length];
        _older = new int[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            ulong mixed = names[i] + 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            _hash[i] = mixed ^ (mixed >> 31);
        }
        _state = new Xoshiro256(seed, "reference.random").Next();
        Resize(FirstBits);
    }

    /// <inheritdoc/>
    public bool Request(int page)
    {
        if (_resident[page])
        {
            return true;
        }
        if (_count == _capacity)
        {
            EvictDrawn();
        }
        else if (++_count > _newest.Length)
        {
            Resize(System.Numerics.BitOperations.Log2((uint)_newest.Length) + 1);
        }
        _resident[page] = true;
        Insert(page);
        return false;
    }

    private void EvictDrawn()
    {
        ulong bucket;
        do
        {
            _state = (_state * Multiplier) + Increment;
            bucket = _state & _mask;
        }
        while (_newest[bucket] < 0);
        int victim = _newest[bucket];
        _newest[bucket] = _older[victim];
        _resident[victim] = false;
    }

    private void Insert(int page)
    {
        ref int newest = ref _newest[_hash[page] & _mask];
        _older[page] = newest;
        newest = page;
    }

    private void Resize(int bits)
    {
        _newest = new int[1 << bits];
        _mask = (1UL << bits) - 1;
        Array.Fill(_newest, PageLinks.None);
        for (int page = 0; page < _resident.Length; page++)
        {
            if (_resident[page])
            {
                Insert(page);
            }
        }
    }
}
