using System.Runtime.CompilerServices;
using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>
/// Storage of page tables: every table has 512 entries, kept as eight lines of bit planes and 512 values. Used for the host's tables, for
/// TDP and stage-2 tables and for shadow pages alike: 9 bytes per entry.
/// </summary>
/// <remarks>
/// Models: page-table pages of 512 entries, x86-64 and arm64 with 4 KiB granule.
/// Omits: physical placement of the tables.
/// </remarks>
public sealed class EntryTables
{
    /// <summary>Value of an entry that points to a table one level down: this bit and the table's number.</summary>
    public const ulong ChildTag = 1UL << 63;

    private const int TablesPerChunkShift = 6;
    private const int TablesPerChunk = 1 << TablesPerChunkShift;
    private const int LineWords = PageSize.PagesPerTable / 64 * EntryPlane.Count;

    private ulong[][] _lines = [];
    private ulong[][] _values = [];
    private byte[] _level = [];
    private int[] _role = [];
    private ulong[] _firstPage = [];
    private int[] _used = [];
    private int[] _free = [];
    private int _freeCount;

    /// <summary>Tables in use.</summary>
    public int Count { get; private set; }

    /// <summary>Tables ever created, free ones included: table numbers lie below.</summary>
    public int Capacity { get; private set; }

    /// <summary>Bytes held for tables, free ones included.</summary>
    public long SizeBytes => (long)_lines.Length * TablesPerChunk * ((LineWords * 8) + (PageSize.PagesPerTable * 8));

    /// <summary>Takes an empty table.</summary>
    /// <param name="level">Level of its entries: 1 = 4 KiB, 2 = 2 MiB, 3 = 1 GiB.</param>
    /// <param name="firstPage">First page (of 4 KiB, in the address space of the owner) that the table covers.</param>
    /// <param name="role">Owner's number or flags for the table.</param>
    /// <returns>The table's number.</returns>
    public int Allocate(int level, ulong firstPage, int role)
    {
        int table = _freeCount > 0 ? _free[--_freeCount] : Grow();
        _level[table] = (byte)level;
        _role[table] = role;
        _firstPage[table] = firstPage;
        _used[table] = 0;
        Count++;
        return table;
    }

    /// <summary>Returns a table; its entries are forgotten.</summary>
    public void Release(int table)
    {
        int slot = table & (TablesPerChunk - 1);
        _lines[table >> TablesPerChunkShift].AsSpan(slot * LineWords, LineWords).Clear();
        _values[table >> TablesPerChunkShift].AsSpan(slot * PageSize.PagesPerTable, PageSize.PagesPerTable).Clear();
        _free[_freeCount++] = table;
        Count--;
    }

    /// <summary>Level of the entries of <paramref name="table"/>, 1 to 3.</summary>
    public int LevelOf(int table) => _level[table];

    /// <summary>Owner's number or flags given at allocation.</summary>
    public int RoleOf(int table) => _role[table];

    /// <summary>First page that the table covers.</summary>
    public ulong FirstPageOf(int table) => _firstPage[table];

    /// <summary>Entries of the table that are not empty (leafs, child tables, special entries); the owner keeps it.</summary>
    public ref int Used(int table) => ref _used[table];

    /// <summary>The line of bit planes that holds <paramref name="index"/>: eight words indexed by <see cref="EntryPlane"/>.</summary>
    /// <param name="table">Table number.</param>
    /// <param name="index">Entry, 0 to 511; its bit within the words is <c>index &amp; 63</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<ulong> Line(int table, int index) => _lines[table >> TablesPerChunkShift]
        .AsSpan(((table & (TablesPerChunk - 1)) * LineWords) + ((index >> 6) * EntryPlane.Count), EntryPlane.Count);

    /// <summary>Value of an entry: a frame number, a child table, or what a special entry caches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref ulong Value(int table, int index) => ref _values[table >> TablesPerChunkShift]
        [((table & (TablesPerChunk - 1)) << 9) + index];

    /// <summary>All bits of one plane of one entry as a truth value.</summary>
    public bool Has(int table, int index, int plane) => (Line(table, index)[plane] >> (index & 63) & 1) != 0;

    private int Grow()
    {
        int table = Capacity++;
        if (table >> TablesPerChunkShift == _lines.Length)
        {
            int chunks = _lines.Length + 1;
            Array.Resize(ref _lines, chunks);
            Array.Resize(ref _values, chunks);
            _lines[^1] = new ulong[TablesPerChunk * LineWords];
            _values[^1] = new ulong[TablesPerChunk * PageSize.PagesPerTable];
        }
        if (table >= _level.Length)
        {
            int size = Math.Max(TablesPerChunk, _level.Length * 2);
            Array.Resize(ref _level, size);
            Array.Resize(ref _role, size);
            Array.Resize(ref _firstPage, size);
            Array.Resize(ref _used, size);
            Array.Resize(ref _free, size);
        }
        return table;
    }
}
