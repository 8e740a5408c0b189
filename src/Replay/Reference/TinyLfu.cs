using System.Numerics;
using SecondLook.Contracts.Catalogs;

namespace SecondLook.Replay.Reference;

/// <summary>W-TinyLFU: a small window, a segmented main memory, and a frequency sketch that decides whether a page of the window may take a main page's place.</summary>
/// <remarks>
/// As mglru-model.md section 11 defines it: window 1 %, main 80 % protected, four-bit counters in four rows, all halved after ten capacities of counts.
/// Source: Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy", ACM TOS 2017.
/// </remarks>
[CatalogEntry("wtinylfu", "reference: W-TinyLFU as our specification defines it")]
public sealed class TinyLfu : IWholeListPolicy
{
    private const int Rows = 4;
    private const byte MostCount = 15;
    private byte[] _where = [];
    private PageQueue _window = new(new PageLinks(0));
    private PageQueue _probation = new(new PageLinks(0));
    private PageQueue _protected = new(new PageLinks(0));
    private byte[] _sketch = [];
    private uint _mask;
    private long _counted;
    private long _halveAfter;
    private int _windowLimit;
    private int _mainLimit;
    private int _protectedLimit;

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        PageLinks links = new(requests.Pages);
        _where = new byte[requests.Pages];
        _window = new PageQueue(links);
        _probation = new PageQueue(links);
        _protected = new PageQueue(links);
        uint width = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity));
        _sketch = new byte[Rows * (long)width];
        _mask = width - 1;
        _counted = 0;
        _halveAfter = 10L * capacity;
        _windowLimit = Math.Max(1, capacity / 100);
        _mainLimit = Math.Max(0, capacity - _windowLimit);
        _protectedLimit = (int)(_mainLimit * 4L / 5);
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
        Count(page);
        switch (_where[page])
        {
            case List.Window:
                _window.Renew(page);
                break;
            case List.Protected:
                _protected.Renew(page);
                break;
            default:
                _probation.Remove(page);
                _protected.Add(page);
                _where[page] = List.Protected;
                if (_protected.Count > _protectedLimit)
                {
                    int back = _protected.RemoveOldest();
                    _probation.Add(back);
                    _where[back] = List.Probation;
                }
                break;
        }
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        Count(page);
        int victim = full ? Evict() : -1;
        _window.Add(page);
        _where[page] = List.Window;
        if (_window.Count > _windowLimit && _probation.Count + _protected.Count < _mainLimit)
        {
            MoveToProbation(_window.RemoveOldest());
        }
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        if (_probation.Count + _protected.Count == 0)
        {
            return Drop(_window.RemoveOldest());
        }
        PageQueue main = _probation.Count > 0 ? _probation : _protected;
        if (_window.Count == 0)
        {
            return Drop(main.RemoveOldest());
        }
        int candidate = _window.RemoveOldest();
        if (Estimate(candidate) <= Estimate(main.Oldest))
        {
            return Drop(candidate);
        }
        int victim = Drop(main.RemoveOldest());
        MoveToProbation(candidate);
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
            if (_where[page] != List.None)
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

    private int Drop(int page)
    {
        _where[page] = List.None;
        return page;
    }

    private void MoveToProbation(int page)
    {
        _probation.Add(page);
        _where[page] = List.Probation;
    }

    private void Count(int page)
    {
        for (int row = 0; row < Rows; row++)
        {
            ref byte count = ref _sketch[Slot(page, row)];
            count += count < MostCount ? (byte)1 : (byte)0;
        }
        if (++_counted >= _halveAfter)
        {
            _counted = 0;
            for (int i = 0; i < _sketch.Length; i++)
            {
                _sketch[i] >>= 1;
            }
        }
    }

    private int Estimate(int page)
    {
        int least = MostCount;
        for (int row = 0; row < Rows; row++)
        {
            least = Math.Min(least, _sketch[Slot(page, row)]);
        }
        return least;
    }

    private long Slot(int page, int row)
    {
        ulong mixed = ((ulong)(uint)page + 1) * 0x9E3779B97F4A7C15 * (2UL * (uint)row + 1);
        mixed ^= mixed >> 29;
        mixed *= 0xBF58476D1CE4E5B9;
        return (row * ((long)_mask + 1)) + ((uint)(mixed >> 32) & _mask);
    }

    private static class List
    {
        public const byte None = 0;
        public const byte Window = 1;
        public const byte Probation = 2;
        public const byte Protected = 3;
    }
}
