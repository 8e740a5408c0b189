using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>Least frequently used: counts while resident; of equal counts the page that reached the count first leaves.</summary>
/// <remarks>Pages of one count form a queue; the counts in use form a list in ascending order, so that every step is of constant cost.</remarks>
[CatalogEntry("lfu", "reference: least frequently used, counted while resident")]
public sealed class Lfu : IReferencePolicy
{
    private Node[] _nodes = [];
    private readonly List<Bucket> _buckets = [];
    private readonly Stack<int> _free = new();
    private int _lowest = PageLinks.None;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _nodes = new Node[requests.Pages];
        _buckets.Clear();
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
        return victim;
    }

    private ref Bucket Of(int bucket) => ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_buckets)[bucket];

    private int InsertAfter(int lower, long count)
    {
        if (!_free.TryPop(out int bucket))
        {
            bucket = _buckets.Count;
            _buckets.Add(default);
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
