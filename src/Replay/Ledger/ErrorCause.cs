namespace SecondLook.Replay.Ledger;

/// <summary>What a wrong decision can be charged to, in the order in which the repairs are tried.</summary>
/// <remarks>
/// Each repair is added to those before it. The first, to ask every MMU, also clears every MMU; what it removes is told apart by the bit at
/// fault: a page with a bit that outlived a harvest, or kept on the word of one, was kept because that harvest cleared another MMU alone.
/// </remarks>
public static class ErrorCause
{
    /// <summary>The secondary MMU, or a part of it, was not asked, its answer was lost, or the primary's table bits stood in for it.</summary>
    public const string SecondaryNotRead = "secondary_not_read";

    /// <summary>A bit of one MMU survived a harvest that cleared another, and told of a touch long past.</summary>
    public const string OneMmuCleared = "one_mmu_cleared";

    /// <summary>A cached translation served the touch, and no walk set the bit (switch <c>tlb_model</c>).</summary>
    public const string TlbHidden = "tlb_hidden";

    /// <summary>The page table of the page was not walked: the filter of sparse tables, a pass that was not forced, or no walks at all.</summary>
    public const string RangeNotWalked = "range_not_walked";

    /// <summary>A neighbour's walk found an old touch and took it for a new one.</summary>
    public const string LookAround = "look_around";

    /// <summary>One accessed bit stood for the 512 pages of a huge leaf (switch <c>huge_leafs</c>).</summary>
    public const string HugePage = "huge_page";

    /// <summary>The page stood in a per-CPU insertion batch and on no list.</summary>
    public const string BatchNotDrained = "batch_not_drained";

    /// <summary>The lists tell ages apart by generation (or by active and inactive) only.</summary>
    public const string GenerationRounding = "generation_rounding";

    /// <summary>None of these: a policy that knows the exact order of last touches errs too.</summary>
    public const string Unavoidable = "unavoidable";

    /// <summary>All causes in the order of their repairs, <see cref="Unavoidable"/> last.</summary>
    public static IReadOnlyList<string> Order { get; } =
        [SecondaryNotRead, OneMmuCleared, TlbHidden, RangeNotWalked, LookAround, HugePage, BatchNotDrained, GenerationRounding, Unavoidable];
}
