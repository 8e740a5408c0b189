using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Least frequently used: counts while resident; of equal counts the page that reached the count first leaves.</summary>
/// <remarks>Pages of one count form a queue; the counts in use form a list in ascending order, so that every step is of constant cost.</remarks>
[CatalogEntry("lfu", "reference: least frequently used, counted while resident")]
public sealed class Lfu : IWholeListPolicy
{
    private Node[] _nodes = [];
    private Bucket[] _buckets = [];
    private int _bucketCount;
    private readonly Stack<int> _free = new();
    private int _lowest = PageLinks.None;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _nodes = new Node[requests.Pages];
        Array.Fill(_nodes, new Node { Bucket = PageLinks.None });
        _buckets = new Bucket[16];
        _bucketCount = 0;
        _free.Clear();
        _lowest = PageLinks.None;
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        int at = _nodes[page].Bucket;
        long count = Of(at).Count + 1;
        int next = Of(at).Higher;
        if (next < 0 || Of(next).Count != count)
        {
            next = InsertAfter(at, count);
        }
        Remove(page);
        Append(next, page);
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        if (_lowest < 0 || Of(_lowest).Count != 1)
        {
            InsertAfter(PageLinks.None, 1);
        }
        Append(_lowest, page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        int victim = Of(_lowest).Oldest;
        Remove(victim);
        _nodes[victim].Bucket = PageLinks.None;
        return victim;
    }

    /// <inheritdoc/>
    public long CountMisses(PageList list, int capacity)
    {
        Start(new RequestStream(list.Pages, list.Requests.Length, default), capacity, 0);
        int room = capacity;
        long misses = 0;
        foreach (int page in list.Requests)
        {
            if (_nodes[page].Bucket >= 0)
            {
                Hit(page, 0);
                continue;
            }
            misses++;
            if (room > 0)
            {
                room--;
                Miss(page, 0, full: false);
            }
            else
            {
                Miss(page, 0, full: true);
            }
        }
        return misses;
    }

    private ref Bucket Of(int bucket) => ref _buckets[bucket];

    private int InsertAfter(int lower, long count)
    {
        if (!_free.TryPop(out int bucket))
        {
            bucket = _bucketCount++;
            if (bucket == _buckets.Length)
            {
                Array.Resize(ref _buckets, 2 * bucket);
            }
        }
        int higher = lower < 0 ? _lowest : Of(lower).Higher;
        Of(bucket) = new Bucket { Count = count, Oldest = PageLinks.None, Newest = PageLinks.None, Lower = lower, Higher = higher };
        if (lower < 0)
        {
            _lowest = bucket;
        }
        else
        {
            Of(lower).Higher = bucket;
        }
        if (higher >= 0)
        {
            Of(higher).Lower = bucket;
        }
        return bucket;
    }

    private void Append(int bucket, int page)
    {
        ref Bucket b = ref Of(bucket);
        _nodes[page] = new Node { Bucket = bucket, Older = b.Newest, Newer = PageLinks.None };
        if (b.Newest >= 0)
        {
            _nodes[b.Newest].Newer = page;
        }
        else
        {
            b.Oldest = page;
        }
        b.Newest = page;
    }

    private void Remove(int page)
    {
        Node node = _nodes[page];
        int bucket = node.Bucket;
        ref Bucket b = ref Of(bucket);
        if (node.Older >= 0)
        {
            _nodes[node.Older].Newer = node.Newer;
        }
        else
        {
            b.Oldest = node.Newer;
        }
        if (node.Newer >= 0)
        {
            _nodes[node.Newer].Older = node.Older;
        }
        else
        {
            b.Newest = node.Older;
        }
        if (b.Oldest >= 0)
        {
            return;
        }
        if (b.Lower >= 0)
        {
            Of(b.Lower).Higher = b.Higher;
        }
        else
        {
            _lowest = b.Higher;
        }
        if (b.Higher >= 0)
        {
            Of(b.Higher).Lower = b.Lower;
        }
        _free.Push(bucket);
    }

    private struct Node
    {
        public int Bucket;
        public int Older;
        public int Newer;
    }

    private struct Bucket
    {
        public long Count;
        public int Oldest;
        public int Newest;
        public int Lower;
        public int Higher;
    }
}
