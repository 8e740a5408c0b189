using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>
/// Finds the ring-buffer pages of a damaged file wherever they lie: bytes that were lost or added before them moved them from where the tables
/// say they are, or the tables are lost. Packed pages are found by the marks of their packing.
/// </summary>
/// <param name="bytes">The file.</param>
/// <param name="check">Tells pages.</param>
internal sealed class PageSearch(SeekableBytes bytes, PageCheck check)
{
    private const int Window = 1 << 20;
    private const long MostPages = 1 << 22;

    /// <summary>Whether the last whole page of each CPU is where the table says: bytes that are missing or too many moved it.</summary>
    /// <param name="areas">Where the pages of the CPUs should lie.</param>
    public bool IsMoved(List<CpuArea> areas)
    {
        byte[] page = new byte[check.PageSize];
        foreach (CpuArea area in areas)
        {
            // Of a file that became shorter, the last page that is still whole.
            long size = Math.Min(area.Size, bytes.Length - area.Offset);
            if (size < check.PageSize)
            {
                continue;
            }
            // The first and the last must both fit; one without records does, as it tells nothing against its place.
            long last = area.Offset + ((size / check.PageSize) - 1) * check.PageSize;
            if (IsNoPage(last, page) || IsNoPage(area.Offset, page))
            {
                return true;
            }
        }
        return false;
    }

    // A page with a damaged record begins as pages do; bytes from the middle of one do not.
    private bool IsNoPage(long at, byte[] page) => Read(at, page) && !check.IsSound(page) && !check.BeginsDamaged(page);

    /// <summary>All pages from an offset on, in the order of the file.</summary>
    public List<long> All(long from)
    {
        List<long> found = [];
        byte[] window = new byte[Window + check.PageSize];
        long expected = -1;
        for (long at = from; at < bytes.Length && found.Count < MostPages;)
        {
            int length = bytes.Read(at, window);
            int stop = at + length >= bytes.Length ? length : Window;
            int i = 0;
            while (i < stop)
            {
                ReadOnlySpan<byte> page = window.AsSpan(i, Math.Min(check.PageSize, length - i));
                if (check.Begins(page))
                {
                    found.Add(at + i);
                    i += page.Length;
                    expected = at + i;
                }
                else
                {
                    // Where a page should follow the one before, the records before the damage count.
                    if (at + i == expected && page.Length == check.PageSize && check.BeginsDamaged(page))
                    {
                        found.Add(at + i);
                    }
                    i++;
                }
            }
            at += Math.Max(1, i);
        }
        return found;
    }

    private bool Read(long at, byte[] page) => bytes.Read(at, page) == page.Length;
}
