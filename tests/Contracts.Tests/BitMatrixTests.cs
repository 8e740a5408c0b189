using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Contracts.Tests;

public sealed class BitMatrixTests
{
    [Fact]
    public void Transpose_RandomBits_EachBitTradesRowAndColumn()
    {
        Xoshiro256 random = new(1, "test.bits");
        for (int round = 0; round < 50; round++)
        {
            ulong[] words = new ulong[64];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = random.Next() & random.Next();
            }
            ulong[] turned = [.. words];
            BitMatrix.Transpose(ref turned[0]);
            for (int row = 0; row < 64; row++)
            {
                for (int column = 0; column < 64; column++)
                {
                    Assert.Equal(words[row] >> column & 1, turned[column] >> row & 1);
                }
            }
        }
    }
}
