using SecondLook.Contracts.Runs;
using SecondLook.Replay.Reference;

namespace SecondLook.Replay.Tests.Reference;

/// <summary>Made request lists of the shapes that replacement policies differ on.</summary>
internal static class RequestLists
{
    public static readonly string[] Shapes = ["skewed", "even", "loop", "shifting", "scans"];

    public static PageList Make(string shape, ulong seed, int length, int pages)
    {
        Xoshiro256 random = new(seed, "test.requests." + shape);
        ulong[] requests = new ulong[length];
        for (int i = 0; i < length; i++)
        {
            double at = random.NextDouble();
            requests[i] = 5000 + (ulong)(shape switch
            {
                "skewed" => (int)(at * at * at * pages),
                "even" => (int)(at * pages),
                "loop" => i % pages,
                "shifting" => ((int)(at * pages / 10) + (i * 4 / Math.Max(1, length / pages))) % pages,
                _ => (i / pages % 3 == 0) ? i % pages : (int)(at * at * pages / 3),
            });
        }
        return PageList.Of(requests);
    }

    /// <summary>Independent draws of Zipf's law, by its inverse distribution.</summary>
    public static PageList Zipf(double exponent, ulong seed, int length, int pages)
    {
        double[] sums = new double[pages];
        double sum = 0;
        for (int i = 0; i < pages; i++)
        {
            sums[i] = sum += Math.Pow(i + 1, -exponent);
        }
        Xoshiro256 random = new(seed, "test.zipf");
        ulong[] requests = new ulong[length];
        for (int i = 0; i < length; i++)
        {
            int at = Array.BinarySearch(sums, random.NextDouble() * sum);
            requests[i] = (ulong)(at < 0 ? ~at : at);
        }
        return PageList.Of(requests);
    }
}
