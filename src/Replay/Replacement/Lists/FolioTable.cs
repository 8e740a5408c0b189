using System.Runtime.CompilerServices;

namespace SecondLook.Replay.Replacement.Lists;

/// <summary>Columns of per-folio state, indexed by dense folio id; the id of a small folio is that of its page.</summary>
/// <remarks>
/// Models: the reclaim part of struct folio. Omits: folios mapped at several addresses of one process.
/// Costs 22 bytes per page; columns of zones and sizes exist only once a folio needs them.
/// </remarks>
public sealed class FolioTable
{
    private int[]? _pages;
    private byte[]? _zone;

    /// <summary>Makes a table.</summary>
    /// <param name="capacity">Folio ids at first; <see cref="Reserve"/> adds more.</param>
    public FolioTable(int capacity = 0)
    {
        Next = new int[capacity];
        Prev = new int[capacity];
        Gen = new byte[capacity];
        Flags = new FolioFlags[capacity];
        Shadow = new uint[capacity];
        Memcg = new ushort[capacity];
        OnList = new ulong[(capacity + 63) >> 6];
    }

    /// <summary>Ids 0 to this, exclusive, exist.</summary>
    public int Count { get; private set; }

    internal int[] Next { get; private set; }

    internal int[] Prev { get; private set; }

    /// <summary>Low three bits: 0 = on no generation list, else slot + 1 of the generation field. Bits 4 and 5: slot of the physical list.</summary>
    internal byte[] Gen { get; private set; }

    internal FolioFlags[] Flags { get; private set; }

    /// <summary>What eviction left: bit 0 valid, bit 1 workingset, the rest token or age.</summary>
    internal uint[] Shadow { get; private set; }

    /// <summary>Owning memcg while resident; the evicted folio's memcg afterwards.</summary>
    internal ushort[] Memcg { get; private set; }

    /// <summary>One bit per folio: it is on an evictable list.</summary>
    internal ulong[] OnList { get; private set; }

    /// <summary>Adds ids.</summary>
    /// <param name="count">How many.</param>
    /// <param name="align">The first new id is a multiple of this.</param>
    /// <returns>The first new id.</returns>
    public int Reserve(int count, int align = 1)
    {
        int first = (Count + align - 1) / align * align;
        int end = checked(first + count);
        if (end > Next.Length)
        {
            // Exact the first time: a large replay reserves all its memory at once.
            int size = Next.Length == 0 ? end : Math.Max(end, (int)Math.Min(Next.Length * 2L, Array.MaxLength));
            Grow(size);
        }
        Count = end;
        return first;
    }

    /// <summary>Base pages of a folio.</summary>
    /// <param name="folio">Folio id.</param>
    /// <returns>1 unless set.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PagesOf(int folio) => _pages is null ? 1 : _pages[folio];

    /// <summary>Makes a folio large (or small again).</summary>
    /// <param name="folio">Folio id.</param>
    /// <param name="pages">Base pages, at least 1.</param>
    public void SetPages(int folio, int pages)
    {
        if (_pages is null)
        {
            _pages = new int[Next.Length];
            Array.Fill(_pages, 1);
        }
        _pages[folio] = pages;
    }

    /// <summary>Joins consecutive pages into one large folio whose id is the first page.</summary>
    /// <param name="head">First page.</param>
    /// <param name="pages">Base pages, at least 1; 1 splits.</param>
    public void FormLarge(int head, int pages)
    {
        int old = PagesOf(head);
        SetPages(head, pages);
        for (int i = 1; i < Math.Max(old, pages); i++)
        {
            _pages![head + i] = i < pages ? -i : 1;
        }
    }

    /// <summary>Folio that a page belongs to.</summary>
    /// <param name="page">Page id.</param>
    /// <returns>The page itself unless part of a large folio.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FolioOf(int page) => _pages is null || _pages[page] > 0 ? page : page + _pages[page];

    /// <summary>Some folio has, or had, a size of its own.</summary>
    public bool HasLarge => _pages is not null;

    /// <summary>Zone of a folio.</summary>
    /// <param name="folio">Folio id.</param>
    /// <returns>0 unless set.</returns>
    public int ZoneOf(int folio) => _zone is null ? 0 : _zone[folio];

    /// <summary>Puts a folio in a zone.</summary>
    /// <param name="folio">Folio id, on no list.</param>
    /// <param name="zone">Zone index.</param>
    public void SetZone(int folio, int zone)
    {
        _zone ??= new byte[Next.Length];
        _zone[folio] = (byte)zone;
    }

    /// <summary>Flags of a folio.</summary>
    /// <param name="folio">Folio id.</param>
    /// <returns>A copy.</returns>
    public FolioFlags FlagsOf(int folio) => Flags[folio];

    /// <summary>Sets and clears flags.</summary>
    /// <param name="folio">Folio id.</param>
    /// <param name="set">Set after clearing.</param>
    /// <param name="clear">Cleared first.</param>
    public void Change(int folio, FolioFlags set, FolioFlags clear = FolioFlags.None) => Flags[folio] = (Flags[folio] & ~clear) | set;

    /// <summary>0 anon (swap-backed), 1 file.</summary>
    /// <param name="folio">Folio id.</param>
    /// <returns>The type.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TypeOf(int folio) => (Flags[folio] & FolioFlags.SwapBacked) != 0 ? 0 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Has(int folio, FolioFlags flags) => (Flags[folio] & flags) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int GenOf(int folio) => Gen[folio] & 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int SlotOf(int folio) => Gen[folio] >> 4 & 3;

    /// <summary>Generation field alone; the folio stays on its physical list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetGen(int folio, int gen) => Gen[folio] = (byte)((Gen[folio] & 0x30) | gen);

    internal void SetOnList(int folio) => OnList[folio >> 6] |= 1UL << folio;

    internal void ClearOnList(int folio) => OnList[folio >> 6] &= ~(1UL << folio);

    internal bool IsOnList(int folio) => (OnList[folio >> 6] >> folio & 1) != 0;

    internal static int RefsBits(FolioFlags flags) => (int)((uint)flags >> 30);

    internal static FolioFlags WithRefsBits(FolioFlags flags, int bits) =>
        (flags & ~FolioFlags.RefsMask) | (FolioFlags)((uint)bits << 30);

    private void Grow(int size)
    {
        int old = Next.Length;
        Next = Enlarge(Next, size);
        Prev = Enlarge(Prev, size);
        Gen = Enlarge(Gen, size);
        Flags = Enlarge(Flags, size);
        Shadow = Enlarge(Shadow, size);
        Memcg = Enlarge(Memcg, size);
        OnList = Enlarge(OnList, (size + 63) >> 6);
        if (_pages is not null)
        {
            _pages = Enlarge(_pages, size);
            Array.Fill(_pages, 1, old, size - old);
        }
        if (_zone is not null)
        {
            _zone = Enlarge(_zone, size);
        }
    }

    private static T[] Enlarge<T>(T[] array, int size)
    {
        Array.Resize(ref array, size);
        return array;
    }
}
