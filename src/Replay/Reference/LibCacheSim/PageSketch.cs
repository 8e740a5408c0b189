using System.Buffers.Binary;
using System.Numerics;

namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>A count-min sketch over page numbers: ten probes into one array of 32-bit counters.</summary>
/// <remarks>
/// Probes are (a + i b mod 2^32) mod n with a and b the low halves of two seeded XXH64 of the page number's eight bytes.
/// Source: xxHash specification, Yann Collet (algorithm); sizes and seeds from the README of the cache oracle.
/// </remarks>
public sealed class PageSketch
{
    private const int Probes = 10;
    private const ulong SeedA = 0x12345678;
    private const ulong SeedB = 0x12344321;
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private readonly uint[] _counters;
    private readonly uint[] _first;
    private readonly uint[] _step;

    /// <summary>Creates an empty sketch.</summary>
    /// <param name="names">Page number of each dense id.</param>
    /// <param name="entries">Pages that it is sized for.</param>
    public PageSketch(ReadOnlySpan<ulong> names, int entries)
    {
        double bits = -Math.Log(0.001) / 0.480453013918201;
        _counters = new uint[(int)Math.Ceiling(entries * bits)];
        _first = new uint[names.Length];
        _step = new uint[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            _first[i] = (uint)Hash(names[i], SeedA);
            _step[i] = (uint)Hash(names[i], SeedB);
        }
    }

    /// <summary>Counts one use.</summary>
    public void Increment(int page)
    {
        uint at = _first[page];
        for (int i = 0; i < Probes; i++, at += _step[page])
        {
            _counters[at % (uint)_counters.Length]++;
        }
    }

    /// <summary>Estimate of the uses: never too low.</summary>
    public uint Estimate(int page)
    {
        uint least = uint.MaxValue;
        uint at = _first[page];
        for (int i = 0; i < Probes; i++, at += _step[page])
        {
            least = Math.Min(least, _counters[at % (uint)_counters.Length]);
        }
        return least;
    }

    /// <summary>Halves all counters.</summary>
    public void Halve()
    {
        for (int i = 0; i < _counters.Length; i++)
        {
            _counters[i] >>= 1;
        }
    }

    private static ulong Hash(ulong value, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        ulong hash = seed + Prime5 + 8;
        hash ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(bytes) * Prime2, 31) * Prime1;
        hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
