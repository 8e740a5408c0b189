using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>The guest pages of a run laid out in regions, one a stretch of a memslot without large holes, so that a dense page id becomes a place on an address axis.</summary>
public sealed class GuestSpace
{
    // A hole of 4 MiB in a memslot is cut out of the axis, so that pages at both ends of a large slot can be seen.
    private const long LongestHole = 1024;

    private readonly int[] _regionOf;
    private readonly long[] _gfnOf;

    private GuestSpace(int[] regionOf, long[] gfnOf, IReadOnlyList<GuestRegion> regions)
    {
        _regionOf = regionOf;
        _gfnOf = gfnOf;
        Regions = regions;
    }

    /// <summary>Regions by VM and memslot; only slots that ground truth may name.</summary>
    public IReadOnlyList<GuestRegion> Regions { get; }

    /// <summary>Reads <c>schedule/pages.parquet</c>.</summary>
    public static GuestSpace Read(RunFolder run)
    {
        Table pages = Table.Read(Path.Combine(run.Schedule, "pages.parquet"), PagesTable.Schema);
        int last = pages.RowCount == 0 ? -1 : pages[PagesTable.Page].Max();
        int[] regionOf = new int[last + 1];
        Array.Fill(regionOf, -1);
        long[] gfnOf = new long[last + 1];
        List<GuestRegion> regions = [];
        int[] order = [.. Enumerable.Range(0, pages.RowCount)
            .Where(r => pages[PagesTable.Page][r] >= 0 && pages[PagesTable.Data][r])
            .OrderBy(r => pages[PagesTable.Vm][r], StringComparer.Ordinal).ThenBy(r => pages[PagesTable.Slot][r]).ThenBy(r => pages[PagesTable.Gfn][r])];
        foreach (int r in order)
        {
            int page = pages[PagesTable.Page][r];
            long gfn = pages[PagesTable.Gfn][r];
            (string vm, int slot) = (pages[PagesTable.Vm][r], pages[PagesTable.Slot][r]);
            if (regions.Count == 0 || regions[^1].Vm != vm || regions[^1].Slot != slot || gfn - regions[^1].EndGfn >= LongestHole)
            {
                regions.Add(new GuestRegion(vm, slot, gfn, gfn + 1));
            }
            regions[^1] = regions[^1] with { EndGfn = Math.Max(regions[^1].EndGfn, gfn + 1) };
            regionOf[page] = regions.Count - 1;
            gfnOf[page] = gfn;
        }
        return new GuestSpace(regionOf, gfnOf, regions);
    }

    /// <summary>Where a page stands.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="region">Index of its region.</param>
    /// <param name="offset">Pages from the region's first.</param>
    /// <returns>False for pages outside the data slots.</returns>
    public bool TryPlace(int page, out int region, out long offset)
    {
        region = page >= 0 && page < _regionOf.Length ? _regionOf[page] : -1;
        offset = region < 0 ? 0 : _gfnOf[page] - Regions[region].FirstGfn;
        return region >= 0;
    }
}

/// <summary>One stretch of a memslot on the address axis.</summary>
/// <param name="Vm">Name of the VM.</param>
/// <param name="Slot">Memslot id.</param>
/// <param name="FirstGfn">First guest frame.</param>
/// <param name="EndGfn">First guest frame after.</param>
public sealed record GuestRegion(string Vm, int Slot, long FirstGfn, long EndGfn)
{
    /// <summary>Length, pages.</summary>
    public long Pages => EndGfn - FirstGfn;
}
