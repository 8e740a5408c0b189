namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>S3-FIFO with the corner cases of libCacheSim.</summary>
/// <remarks>
/// Rules as the README of the cache oracle states them: the ghost queue holds 0.9 of the capacity, promotion needs two hits, hits are not capped
/// while a page rests, and a small queue of at most one page admits nothing.
/// </remarks>
public sealed class CountedS3Fifo : ICountedPolicy
{
    private const int MostKeptUses = 3;
    private const int PromotionUses = 2;
    private readonly int[] _uses;
    private readonly byte[] _where;
    private readonly PageQueue _small;
    private readonly PageQueue _main;
    private readonly PageQueue _ghosts;
    private readonly bool _admitsNothing;
    private readonly int _capacity;
    private readonly int _mainShare;
    private readonly int _ghostLimit;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="pages">Number of page ids.</param>
    /// <param name="capacity">Pages that fit.</param>
    public CountedS3Fifo(int pages, int capacity)
    {
        PageLinks links = new(pages);
        _uses = new int[pages];
        _where = new byte[pages];
        _small = new PageQueue(links);
        _main = new PageQueue(links);
        _ghosts = new PageQueue(links);
        _capacity = capacity;
        _admitsNothing = (int)(capacity * 0.1) <= 1;
        _mainShare = capacity - (int)(capacity * 0.1);
        _ghostLimit = (int)(capacity * 0.9);
    }

    /// <inheritdoc/>
    public bool Request(int page)
    {
        if (_admitsNothing)
        {
            return false;
        }
        if (_where[page] is 1 or 2)
        {
            _uses[page]++;
            return true;
        }
        bool ghost = _where[page] == 3;
        if (ghost)
        {
            _ghosts.Remove(page);
            _where[page] = 0;
        }
        while (_small.Count + _main.Count >= _capacity)
        {
            if (_main.Count > _mainShare || _small.Count == 0)
            {
                EvictMain();
            }
            else
            {
                EvictSmall();
            }
        }
        _uses[page] = 0;
        (ghost ? _main : _small).Add(page);
        _where[page] = (byte)(ghost ? 2 : 1);
        return false;
    }

    private void EvictSmall()
    {
        while (_small.Count > 0)
        {
            int page = _small.RemoveOldest();
            if (_uses[page] >= PromotionUses)
            {
                _uses[page] = 0;
                _main.Add(page);
                _where[page] = 2;
                continue;
            }
            if (_ghostLimit > 0)
            {
                if (_ghosts.Count >= _ghostLimit)
                {
                    _where[_ghosts.RemoveOldest()] = 0;
                }
                _ghosts.Add(page);
                _where[page] = 3;
            }
            else
            {
                _where[page] = 0;
            }
            return;
        }
    }

    private void EvictMain()
    {
        while (true)
        {
            int page = _main.RemoveOldest();
            if (_uses[page] == 0)
            {
                _where[page] = 0;
                return;
            }
            _uses[page] = Math.Min(_uses[page], MostKeptUses) - 1;
            _main.Add(page);
        }
    }
}
