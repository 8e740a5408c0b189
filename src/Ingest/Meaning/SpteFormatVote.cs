using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>Finds out which bit layout the SPTEs of a stream have, from the leaves as they are parsed, ahead of their use.</summary>
internal sealed class SpteFormatVote
{
    private const int EnoughLeaves = 64;
    private int _leaves;
    private int _nptLeaves;

    /// <summary>The layout as far as it is known; <see cref="SpteFormat.None"/> when nothing tells.</summary>
    public SpteFormat Format { get; private set; } = SpteFormat.None;

    /// <summary>Whether further leaves cannot change the answer.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Takes the layout that the user gave.</summary>
    public void Force(SpteFormat format)
    {
        Format = format;
        IsSettled = true;
    }

    /// <summary>Looks at one value.</summary>
    public void See(ulong spte, int level)
    {
        if (IsSettled || !SpteLayout.IsPresent(spte) || !SpteLayout.IsLeaf(spte, level))
        {
            return;
        }
        _leaves++;
        if (SpteLayout.HasEptBits(spte))
        {
            Force(SpteFormat.Ept);
            return;
        }
        _nptLeaves += SpteLayout.HasNptBits(spte) ? 1 : 0;
        if (_nptLeaves > 0)
        {
            Format = SpteFormat.Npt;
            IsSettled = _leaves >= EnoughLeaves;
        }
    }
}
