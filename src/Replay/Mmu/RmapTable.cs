using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Mmu;

/// <summary>Reverse maps of one level: guest frame to the shadow entries that map it. A head holds nothing, one entry, or a list.</summary>
/// <remarks>
/// Models: <c>struct kvm_rmap_head</c> and its lists, arch/x86/kvm/mmu/mmu.c. An entry is a number: table times 512 plus index.
/// Omits: list nodes of 14 pointers; here a node holds one entry and costs 8 bytes.
/// </remarks>
public sealed class RmapTable
{
    private readonly Dictionary<ulong, int[]> _chunks = [];
    private ulong _lastKey = ulong.MaxValue;
    private int[]? _last;
    private int[] _nodeEntry = new int[16];
    private int[] _nodeNext = new int[16];
    private int _freeNode = -1;
    private int _nodes;

    /// <summary>Entries in all lists.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes held.</summary>
    public long SizeBytes => ((long)_chunks.Count * PageSize.PagesPerTable * 4) + ((long)_nodeEntry.Length * 8);

    /// <summary>Head of a frame: 0 = empty, above 0 = one entry plus one, below 0 = a list.</summary>
    /// <param name="frame">Frame in units of the level's pages.</param>
    public int Head(ulong frame)
    {
        int[]? chunk = ChunkOf(frame, create: false);
        return chunk is null ? 0 : chunk[frame & 511];
    }

    /// <summary>Heads of 512 neighbouring frames, or null where all are empty.</summary>
    /// <param name="frame">A frame of the group.</param>
    public int[]? HeadsAround(ulong frame) => ChunkOf(frame, create: false);

    /// <summary>First entry of a head and a cursor for the others.</summary>
    /// <returns>False when the head is empty.</returns>
    public bool First(int head, out int entry, out int cursor)
    {
        if (head > 0)
        {
            entry = head - 1;
            cursor = -1;
            return true;
        }
        cursor = ~head;
        entry = head < 0 ? _nodeEntry[cursor] : -1;
        return head < 0;
    }

    /// <summary>Next entry of a list.</summary>
    /// <returns>False at its end.</returns>
    public bool Next(ref int cursor, out int entry)
    {
        cursor = cursor < 0 ? -1 : _nodeNext[cursor];
        entry = cursor < 0 ? -1 : _nodeEntry[cursor];
        return cursor >= 0;
    }

    /// <summary>Adds an entry to a frame's head; lists grow at the end.</summary>
    public void Add(ulong frame, int entry)
    {
        ref int head = ref ChunkOf(frame, create: true)![frame & 511];
        Count++;
        if (head == 0)
        {
            head = entry + 1;
            return;
        }
        if (head > 0)
        {
            head = ~NewNode(head - 1);
        }
        int tail = ~head;
        while (_nodeNext[tail] >= 0)
        {
            tail = _nodeNext[tail];
        }
        int node = NewNode(entry);
        _nodeNext[tail] = node;
    }

    /// <summary>Removes an entry from a frame's head.</summary>
    /// <returns>False when it is not there: the model contradicts itself.</returns>
    public bool Remove(ulong frame, int entry)
    {
        if (ChunkOf(frame, create: false) is not { } chunk)
        {
            return false;
        }
        ref int head = ref chunk[frame & 511];
        if (head > 0)
        {
            bool found = head == entry + 1;
            head = found ? 0 : head;
            Count -= found ? 1 : 0;
            return found;
        }
        int before = -1;
        for (int node = head == 0 ? -1 : ~head; node >= 0; before = node, node = _nodeNext[node])
        {
            if (_nodeEntry[node] != entry)
            {
                continue;
            }
            int next = _nodeNext[node];
            if (before < 0)
            {
                head = next < 0 ? 0 : ~next;
            }
            else
            {
                _nodeNext[before] = next;
            }
            _nodeNext[node] = _freeNode;
            _freeNode = node;
            Count--;
            return true;
        }
        return false;
    }

    private int NewNode(int entry)
    {
        int node = _freeNode;
        if (node >= 0)
        {
            _freeNode = _nodeNext[node];
        }
        else
        {
            node = _nodes++;
            if (node == _nodeEntry.Length)
            {
                Array.Resize(ref _nodeEntry, node * 2);
                Array.Resize(ref _nodeNext, node * 2);
            }
        }
        _nodeEntry[node] = entry;
        _nodeNext[node] = -1;
        return node;
    }

    private int[]? ChunkOf(ulong frame, bool create)
    {
        ulong key = frame >> 9;
        if (key == _lastKey && _last is not null)
        {
            return _last;
        }
        if (!_chunks.TryGetValue(key, out int[]? chunk))
        {
            if (!create)
            {
                return null;
            }
            chunk = new int[PageSize.PagesPerTable];
            _chunks.Add(key, chunk);
        }
        _lastKey = key;
        return _last = chunk;
    }
}
