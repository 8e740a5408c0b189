using System.Numerics;
using System.Text;

namespace SecondLook.Contracts.Runs;

/// <summary>The one source of randomness (ruling 5 of product.md 11): xoshiro256** seeded through splitmix64 from (job seed, purpose, index).</summary>
/// <remarks>Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021.</remarks>
public sealed class Xoshiro256
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Creates the generator of one purpose.</summary>
    /// <param name="seed">Seed of the job.</param>
    /// <param name="purpose">What the numbers are for, such as <c>schedule.uniform</c>.</param>
    /// <param name="index">Which stream of that purpose, for example a page or a trial.</param>
    public Xoshiro256(ulong seed, string purpose, ulong index = 0)
    {
        ulong state = SplitMix64(seed);
        foreach (byte b in Encoding.UTF8.GetBytes(purpose))
        {
            state = SplitMix64(state ^ b);
        }
        state = SplitMix64(state ^ index);
        _s0 = state = SplitMix64(state);
        _s1 = state = SplitMix64(state);
        _s2 = state = SplitMix64(state);
        _s3 = SplitMix64(state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number in [0, <paramref name="bound"/>), without bias.</summary>
    /// <param name="bound">Greater than 0.</param>
    public ulong NextBelow(ulong bound)
    {
        ulong high = Math.BigMul(Next(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = unchecked(0 - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(Next(), bound, out low);
            }
        }
        return high;
    }

    /// <summary>A number in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    private static ulong SplitMix64(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
