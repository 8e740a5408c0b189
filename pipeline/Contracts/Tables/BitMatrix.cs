using System.Runtime.Intrinsics;

namespace SecondLook.Contracts.Tables;

/// <summary>Squares of 64 x 64 bits.</summary>
internal static class BitMatrix
{
    /// <summary>Turns 64 words about their diagonal, by exchanging ever smaller squares: word c then has bit r set when word r had bit c.</summary>
    /// <param name="first">The first of the words.</param>
    public static void Transpose(ref ulong first)
    {
        ulong mask = uint.MaxValue;
        for (int size = 32; size >= Vector256<ulong>.Count; size >>= 1, mask ^= mask << size)
        {
            Vector256<ulong> low = Vector256.Create(mask);
            for (nuint i = 0; i < 64; i = (i + (nuint)Vector256<ulong>.Count + (nuint)size) & ~(nuint)size)
            {
                Vector256<ulong> upper = Vector256.LoadUnsafe(ref first, i);
                Vector256<ulong> lower = Vector256.LoadUnsafe(ref first, i + (nuint)size);
                Vector256<ulong> change = ((upper >> size) ^ lower) & low;
                (upper ^ (change << size)).StoreUnsafe(ref first, i);
                (lower ^ change).StoreUnsafe(ref first, i + (nuint)size);
            }
        }
        // The last two exchanges stay within a vector of four words.
        Vector256<ulong> isUpperOfTwo = Vector256.Create(ulong.MaxValue, ulong.MaxValue, 0, 0);
        Vector256<ulong> isUpperOfOne = Vector256.Create(ulong.MaxValue, 0, ulong.MaxValue, 0);
        for (nuint i = 0; i < 64; i += (nuint)Vector256<ulong>.Count)
        {
            Vector256<ulong> words = Vector256.LoadUnsafe(ref first, i);
            Vector256<ulong> change = ((Vector256.Shuffle(words, Vector256.Create(0UL, 1, 0, 1)) >> 2)
                ^ Vector256.Shuffle(words, Vector256.Create(2UL, 3, 2, 3))) & Vector256.Create(0x3333333333333333UL);
            words ^= Vector256.ConditionalSelect(isUpperOfTwo, change << 2, change);
            change = ((Vector256.Shuffle(words, Vector256.Create(0UL, 0, 2, 2)) >> 1)
                ^ Vector256.Shuffle(words, Vector256.Create(1UL, 1, 3, 3))) & Vector256.Create(0x5555555555555555UL);
            words ^= Vector256.ConditionalSelect(isUpperOfOne, change << 1, change);
            words.StoreUnsafe(ref first, i);
        }
    }
}
