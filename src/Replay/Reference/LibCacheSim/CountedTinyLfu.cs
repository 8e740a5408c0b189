namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>W-TinyLFU with the corner cases of libCacheSim: a window of 1 %, a main memory of probation and protected pages, a sketch that decides who stays.</summary>
/// <remarks>
/// Rules as the README of the cache oracle states them. Two of them only its counts tell: a page of the window is counted after the comparison, and
/// when every page of the window was admitted one more page leaves the main memory; a page that overflows from the protected part pushes the oldest page out
/// of a probation part that is at its share. A window of no page admits nothing.
/// </remarks>
public sealed class CountedTinyLfu : ICountedPolicy
{
    private const int HitsPerHalving = 32;
    private readonly byte[] _where;
    private readonly PageQueue _window;
    private readonly PageQueue _probation;
    private readonly PageQueue _protected;
    private readonly PageSketch _sketch;
    private readonly bool _admitsNothing;
    private readonly int _capacity;
    private readonly int _mainLimit;
    private readonly int _probationLimit;
    private readonly int _protectedLimit;
    private long _mainHits;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="names">Page number of each dense id.</param>
    /// <param name="capacity">Pages that fit.</param>
    public CountedTinyLfu(ReadOnlySpan<ulong> names, int capacity)
    {
        PageLinks links = new(names.Length);
        _where = new byte[names.Length];
        _window = new PageQueue(links);
        _probation = new PageQueue(links);
        _protected = new PageQueue(links);
        _capacity = capacity;
        _admitsNothing = (int)(capacity * 0.01) == 0;
        _mainLimit = capacity - (int)(capacity * 0.01);
        _probationLimit = _mainLimit / 5;
        _protectedLimit = 4 * _mainLimit / 5;
        _sketch = new PageSketch(names, _mainLimit);
    }

    private int MainCount => _probation.Count + _protected.Count;

    /// <inheritdoc/>
    public bool Request(int page)
    {
        if (_admitsNothing)
        {
            return false;
        }
        switch (_where[page])
        {
            case 1:
                _window.Renew(page);
                return true;
            case 2 or 3:
                HitMain(page);
                return true;
        }
        while (_window.Count + MainCount >= _capacity)
        {
            Evict();
        }
        _window.Add(page);
        _where[page] = 1;
        _sketch.Increment(page);
        return false;
    }

    private void HitMain(int page)
    {
        if (_where[page] == 2)
        {
            _probation.Remove(page);
            AddProtected(page);
        }
        else
        {
            _protected.Renew(page);
        }
        _sketch.Increment(page);
        if (++_mainHits >= (long)HitsPerHalving * _mainLimit)
        {
            _mainHits = 0;
            _sketch.Halve();
        }
    }

    private void AddProtected(int page)
    {
        while (_protected.Count >= _protectedLimit)
        {
            int back = _protected.RemoveOldest();
            if (_probation.Count >= _probationLimit)
            {
                _where[_probation.RemoveOldest()] = 0;
            }
            _probation.Add(back);
            _where[back] = 2;
        }
        _protected.Add(page);
        _where[page] = 3;
    }

    private void Evict()
    {
        while (_window.Count > 0)
        {
            int candidate = _window.RemoveOldest();
            if (MainCount < _mainLimit)
            {
                AddMain(candidate);
                _sketch.Increment(candidate);
                continue;
            }
            int victim = _probation.Count > 0 ? _probation.Oldest : _protected.Oldest;
            if (_sketch.Estimate(candidate) > _sketch.Estimate(victim))
            {
                DropMainVictim();
                AddMain(candidate);
                _sketch.Increment(candidate);
                continue;
            }
            _sketch.Increment(candidate);
            _where[candidate] = 0;
            return;
        }
        DropMainVictim();
    }

    private void DropMainVictim()
    {
        int victim = _probation.Count > 0 ? _probation.RemoveOldest() : _protected.RemoveOldest();
        _where[victim] = 0;
    }

    private void AddMain(int page)
    {
        if (_probation.Count < _probationLimit)
        {
            _probation.Add(page);
            _where[page] = 2;
        }
        else if (_protected.Count < _protectedLimit)
        {
            _protected.Add(page);
            _where[page] = 3;
        }
        else
        {
            while (MainCount >= _mainLimit)
            {
                DropMainVictim();
            }
            _probation.Add(page);
            _where[page] = 2;
        }
    }
}
