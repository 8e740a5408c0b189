using System.Numerics;

namespace SecondLook.Replay.Reference;

/// <summary>A set of positions with a quick highest member and a quick next member: a bitmap under levels of summary bitmaps, 64 to 1.</summary>
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

    /// <summary>Whether a position is a member.</summary>
    public bool Contains(int position) => (_levels[0][position >> 6] >> (position & 63) & 1) != 0;

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

    /// <summary>Removes a position, which need not be a member.</summary>
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

    /// <summary>Removes every member.</summary>
    public void Clear()
    {
        foreach (ulong[] level in _levels)
        {
            Array.Clear(level);
        }
    }

    /// <summary>The highest member, -1 for the empty set.</summary>
    public int Highest()
    {
        if (_levels[^1][0] == 0)
        {
            return -1;
        }
        int position = 0;
        for (int l = _levels.Length - 1; l >= 0; l--)
        {
            position = (position << 6) | (63 - BitOperations.LeadingZeroCount(_levels[l][position]));
        }
        return position;
    }

    /// <summary>The lowest member at or above a position, -1 for none.</summary>
    public int NextFrom(int position)
    {
        for (int l = 0; l < _levels.Length; l++)
        {
            int word = position >> 6;
            if (word >= _levels[l].Length)
            {
                return -1;
            }
            ulong above = _levels[l][word] & (ulong.MaxValue << (position & 63));
            if (above != 0)
            {
                position = (word << 6) | BitOperations.TrailingZeroCount(above);
                while (--l >= 0)
                {
                    position = (position << 6) | BitOperations.TrailingZeroCount(_levels[l][position]);
                }
                return position;
            }
            position = word + 1;
        }
        return -1;
    }
}
