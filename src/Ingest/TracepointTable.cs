using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest;

/// <summary>Finds the tracepoint of an event name, known or not, by its bytes. Unknown names get an entry too, so that they can be counted.</summary>
public sealed class TracepointTable
{
    /// <summary>Most event names that are counted one by one.</summary>
    public const int MaxNames = 1 << 14;

    /// <summary>Under this name events of all further names are counted.</summary>
    public const string FurtherNames = "(further names)";

    private readonly StringTable _strings;
    private Entry? _further;
    private Entry?[] _slots = new Entry?[512];
    private readonly List<Entry> _entries = [];

    /// <summary>Creates the table with all tracepoints of the catalogue.</summary>
    /// <param name="strings">Where names of sources are interned.</param>
    public TracepointTable(StringTable strings)
    {
        _strings = strings;
        Catalog<ITracepoint> catalog = new(typeof(TracepointTable).Assembly);
        foreach (string name in catalog.Names)
        {
            Insert(new Entry(name, Encoding.ASCII.GetBytes(name), catalog.Create(name)));
        }
    }

    /// <summary>All names met or known.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The entry of a name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entry Find(ReadOnlySpan<byte> name)
    {
        Entry?[] slots = _slots;
        for (uint i = Hash(name); ; i++)
        {
            Entry? entry = slots[i & (uint)(slots.Length - 1)];
            if (entry is null)
            {
                return AddUnknown(name);
            }
            if (name.SequenceEqual(entry.Bytes))
            {
                return entry;
            }
        }
    }

    /// <summary>Whether a tracepoint of that name is in the catalogue.</summary>
    public bool IsKnown(ReadOnlySpan<byte> name)
    {
        for (uint i = Hash(name); ; i++)
        {
            Entry? entry = _slots[i & (uint)(_slots.Length - 1)];
            if (entry is null)
            {
                return false;
            }
            if (name.SequenceEqual(entry.Bytes))
            {
                return entry.Tracepoint is not null;
            }
        }
    }

    /// <summary>The string id of an entry's name, interned at first use so that ids depend on the input only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SourceId(Entry entry) => entry.SourceId >= 0 ? entry.SourceId : entry.SourceId = _strings.Intern(entry.Name.AsSpan());

    // Names come from the input: past any real trace's number of them, they are counted together.
    private Entry AddUnknown(ReadOnlySpan<byte> name)
    {
        if (_entries.Count >= MaxNames)
        {
            if (_further is null)
            {
                _further = new Entry(FurtherNames, Encoding.ASCII.GetBytes(FurtherNames), null);
                _entries.Add(_further);
            }
            return _further;
        }
        Entry entry = new(Encoding.UTF8.GetString(name), name.ToArray(), null);
        Insert(entry);
        return entry;
    }

    private void Insert(Entry entry)
    {
        if (_entries.Count * 2 >= _slots.Length)
        {
            Entry?[] bigger = new Entry?[_slots.Length * 2];
            _slots = bigger;
            foreach (Entry old in _entries)
            {
                Place(old);
            }
        }
        _entries.Add(entry);
        Place(entry);
    }

    private void Place(Entry entry)
    {
        uint i = Hash(entry.Bytes);
        while (_slots[i & (uint)(_slots.Length - 1)] is not null)
        {
            i++;
        }
        _slots[i & (uint)(_slots.Length - 1)] = entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
        {
            ulong head = BinaryPrimitives.ReadUInt64LittleEndian(name);
            ulong tail = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
            return (uint)(((head ^ (tail * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93 + (uint)name.Length) >> 40);
        }
        uint hash = 2166136261;
        foreach (byte b in name)
        {
            hash = (hash ^ b) * 16777619;
        }
        return hash >> 8;
    }

    /// <summary>Reads named fields, see <see cref="ITracepoint.TryDecode"/>.</summary>
    internal delegate bool DecodeRecord(FieldValues fields, ref TraceEvent e, DecodeContext context);

    /// <summary>One event name.</summary>
    public sealed class Entry
    {
        internal Entry(string name, byte[] bytes, ITracepoint? tracepoint)
        {
            Name = name;
            Bytes = bytes;
            Tracepoint = tracepoint;
            Decode = tracepoint is null ? null : tracepoint.TryDecode;
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>The name as bytes.</summary>
        public byte[] Bytes { get; }

        /// <summary>Its parser; null when the name is not known.</summary>
        public ITracepoint? Tracepoint { get; }

        /// <summary><see cref="ITracepoint.TryDecode"/> of the parser: calls of a method at hand are cheaper than those of an interface.</summary>
        internal DecodeRecord? Decode { get; }

        /// <summary>Events of it that became rows.</summary>
        public long Parsed { get; set; }

        /// <summary>Events of it that did not parse.</summary>
        public long Failed { get; set; }

        /// <summary>Events of it that no parser reads.</summary>
        public long Other { get; set; }

        /// <summary>Grammar of its fields printed as pairs, made at first use.</summary>
        internal PairGrammar? Grammar { get; set; }

        internal int SourceId { get; set; } = -1;
    }
}
