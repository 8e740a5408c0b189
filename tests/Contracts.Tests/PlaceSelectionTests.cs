using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Contracts.Tests;

public sealed class PlaceSelectionTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(63, 2)]
    [InlineData(65, 16)]
    [InlineData(256, 1)]
    [InlineData(256, 100)]
    public void Select_RandomBits_PicksTheSamePlacesOnEveryMachine(int count, int oneIn)
    {
        Xoshiro256 random = new((ulong)count, "test.places");
        int[] places = new int[256];
        ulong[] bits = new ulong[4];
        List<int> wanted = [];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (int)(random.Next() >> 40);
            if (i < count && random.Next() % (ulong)oneIn == 0)
            {
                bits[i >> 6] |= 1UL << (i & 63);
                wanted.Add(places[i]);
            }
        }
        int[] fast = new int[places.Length + PlaceSelection.Slack];
        int[] slow = new int[fast.Length];
        Assert.Equal(wanted.Count, PlaceSelection.Select(places, bits, count, fast));
        Assert.Equal(wanted.Count, PlaceSelection.SelectOneByOne(places, bits, count, slow));
        Assert.Equal(wanted, fast[..wanted.Count]);
        Assert.Equal(wanted, slow[..wanted.Count]);
    }
}
