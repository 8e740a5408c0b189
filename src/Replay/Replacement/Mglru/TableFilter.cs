using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>Which page-table pages the next walk reads: two filters, one per parity of the generation, unallocated at first.</summary>
/// <remarks>
/// Models: test_bloom_filter, update_bloom_filter, reset_bloom_filter of mm/vmscan.c.
/// Omits: kernel addresses, which a trace does not give; the hashed kind hashes the table's number instead.
/// </remarks>
internal sealed class TableFilter(BloomKind kind)
{
    private const int HashedBits = 1 << 15;
    private readonly ulong[]?[] _bits = new ulong[]?[2];

    /// <summary>Keys set since the filter of a parity was reset, for the expected rate of false positives.</summary>
    public int[] Added { get; } = new int[2];

    public bool Test(long seq, int table)
    {
        ulong[]? bits = _bits[seq & 1];
        if (kind == BloomKind.Off || bits is null)
        {
            return true;
        }
        if (kind == BloomKind.Exact)
        {
            return table >> 6 < bits.Length && (bits[table >> 6] >> table & 1) != 0;
        }
        (int low, int high) = Keys(table);
        return (bits[low >> 6] >> low & bits[high >> 6] >> high & 1) != 0;
    }

    public void Add(long seq, int table)
    {
        ref ulong[]? bits = ref _bits[seq & 1];
        if (bits is null)
        {
            return;
        }
        Added[seq & 1]++;
        if (kind != BloomKind.Hashed)
        {
            if (table >> 6 >= bits.Length)
            {
                Array.Resize(ref bits, Math.Max((table >> 6) + 1, bits.Length * 2));
            }
            bits[table >> 6] |= 1UL << table;
            return;
        }
        (int low, int high) = Keys(table);
        bits[low >> 6] |= 1UL << low;
        bits[high >> 6] |= 1UL << high;
    }

    public void Reset(long seq, int tables)
    {
        ref ulong[]? bits = ref _bits[seq & 1];
        int words = kind == BloomKind.Hashed ? HashedBits >> 6 : (tables + 63) >> 6;
        Added[seq & 1] = 0;
        if (bits is null || bits.Length < words)
        {
            bits = new ulong[words];
            return;
        }
        Array.Clear(bits);
    }

    private static (int Low, int High) Keys(int table)
    {
        uint hash = (uint)(((ulong)table + 1) * 0x61C8864680B583EBUL >> 34);
        return ((int)(hash & (HashedBits - 1)), (int)(hash >> 15));
    }
}
