using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>The guest pages of a run laid out in regions, one a memslot, so that a dense page id becomes a place on an address axis.</summary>
public sealed class GuestSpace
{
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
        Dictionary<(string, int), int> index = [];
        for (int r = 0; r < pages.RowCount; r++)
        {
            int page = pages[PagesTable.Page][r];
            long gfn = pages[PagesTable.Gfn][r];
            if (page < 0 || !pages[PagesTable.Data][r])
            {
                continue;
            }
            (string, int) key = (pages[PagesTable.Vm][r], pages[PagesTable.Slot][r]);
            if (!index.TryGetValue(key, out int region))
            {
                region = regions.Count;
                index.Add(key, region);
                regions.Add(new GuestRegion(key.Item1, key.Item2, gfn, gfn + 1));
            }
            regions[region] = regions[region] with { FirstGfn = Math.Min(regions[region].FirstGfn, gfn), EndGfn = Math.Max(regions[region].EndGfn, gfn + 1) };
            regionOf[page] = region;
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

/// <summary>One memslot on the address axis.</summary>
/// <param name="Vm">Name of the VM.</param>
/// <param name="Slot">Memslot id.</param>
/// <param name="FirstGfn">First guest frame.</param>
/// <param name="EndGfn">First guest frame after.</param>
public sealed record GuestRegion(string Vm, int Slot, long FirstGfn, long EndGfn)
{
    /// <summary>Length, pages.</summary>
    public long Pages => EndGfn - FirstGfn;
}
