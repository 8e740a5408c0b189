using System.Numerics;

namespace SecondLook.Replay.Reference;

/// <summary>A set of positions with a quick highest member: a bitmap under levels of summary bitmaps, 64 to 1.</summary>
public sealed class PositionSet
{
    private readonly ulong[][] _levels;

    /// <summary>Creates an empty set.</summary>
    /// <param name="length">Positions run from 0 to this, exclusive.</param>
    public PositionSet(int length)
    {
        List<ulong[]> levels = [];
        int words = length;
        do
        {
            words = Math.Max(1, (words + 63) >> 6);
            levels.Add(new ulong[words]);
        }
        while (words > 1);
        _levels = [.. levels];
    }

    /// <summary>Adds a position.</summary>
    public void Add(int position)
    {
        foreach (ulong[] level in _levels)
        {
            ulong before = level[position >> 6];
            level[position >> 6] = before | 1UL << (position & 63);
            if (before != 0)
            {
                return;
            }
            position >>= 6;
        }
    }

    /// <summary>Removes a member.</summary>
    public void Remove(int position)
    {
        foreach (ulong[] level in _levels)
        {
            ulong left = level[position >> 6] & ~(1UL << (position & 63));
            level[position >> 6] = left;
            if (left != 0)
            {
                return;
            }
            position >>= 6;
        }
    }

    /// <summary>The highest member; the set must not be empty.</summary>
    public int Highest()
    {
        int position = 0;
        for (int l = _levels.Length - 1; l >= 0; l--)
        {
            position = (position << 6) | (63 - BitOperations.LeadingZeroCount(_levels[l][position]));
        }
        return position;
    }
}
