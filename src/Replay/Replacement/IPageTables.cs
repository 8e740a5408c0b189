namespace SecondLook.Replay.Replacement;

/// <summary>Who asks for young bits.</summary>
public enum YoungCaller
{
    /// <summary>The aging walk.</summary>
    Walk,

    /// <summary>A neighbour of an eviction target.</summary>
    LookAround,

    /// <summary>The eviction target itself.</summary>
    Target,
}

/// <summary>Where a target was found young.</summary>
[Flags]
public enum YoungIn : byte
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>The primary page table.</summary>
    Primary = 1,

    /// <summary>A secondary MMU.</summary>
    Secondary = 2,

    /// <summary>A secondary MMU that answers without blocking (implies <see cref="Secondary"/>).</summary>
    FastSecondary = 4,
}

/// <summary>
/// The accessed bits of every page, as the reclaim model asks for them: 64 pages at a time, page ids dense and aligned to page-table
/// pages (512). The integrator implements it over the primary page table and the secondary MMUs; <see cref="FlatPageTables"/> is a plain one.
/// </summary>
/// <remarks>Models: ptep_clear_young_notify, ptep_clear_flush_young_notify, try_to_unmap. Omits: TLB effects, left to the implementer.</remarks>
public interface IPageTables
{
    /// <summary>Pages of a word that the primary page table maps.</summary>
    /// <param name="word">Page id divided by 64.</param>
    /// <returns>One bit per page, bit 0 the lowest id.</returns>
    ulong Present(int word);

    /// <summary>Pages of a word whose primary accessed bit is set; clears nothing.</summary>
    /// <param name="word">Page id divided by 64.</param>
    /// <returns>One bit per page.</returns>
    ulong PrimaryYoung(int word);

    /// <summary>
    /// Tests and clears accessed bits of present pages: always the primary ones, and those of the secondary MMUs that
    /// <paramref name="scope"/> names, one call per page in ascending order, never short-circuited.
    /// </summary>
    /// <param name="word">Page id divided by 64.</param>
    /// <param name="pages">Pages asked; a subset of <see cref="Present"/>.</param>
    /// <param name="scope">Secondary MMUs to ask.</param>
    /// <param name="caller">Walk or look-around.</param>
    /// <returns>Pages that were young in any MMU asked.</returns>
    ulong ClearYoung(int word, ulong pages, Settings.SecondaryScope scope, YoungCaller caller);

    /// <summary>Tests and clears the accessed bits of an eviction target, primary and every secondary.</summary>
    /// <param name="page">Page id.</param>
    /// <param name="flush">The flushing call.</param>
    /// <returns>Where it was young.</returns>
    YoungIn ClearTarget(int page, bool flush);

    /// <summary>Removes every mapping of a page; secondary MMUs get their invalidation.</summary>
    /// <param name="page">Page id.</param>
    /// <returns>True if a secondary entry went that was accessed.</returns>
    bool Unmap(int page);

    /// <summary>Maps a page in the primary page table, young.</summary>
    /// <param name="page">Page id.</param>
    /// <param name="young">False for a page mapped ahead of its use.</param>
    void Map(int page, bool young);

    /// <summary>Tests the accessed bit of the non-leaf entry above a page-table page.</summary>
    /// <param name="table">Page id divided by 512.</param>
    /// <returns>True if set.</returns>
    bool TableYoung(int table);

    /// <summary>Clears the accessed bit of the non-leaf entry above a page-table page.</summary>
    /// <param name="table">Page id divided by 512.</param>
    void ClearTableYoung(int table);
}
