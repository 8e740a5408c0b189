using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Swap;

/// <summary>Swap writes that wait in the plug of a command, as requests of neighbouring slots.</summary>
/// <remarks>
/// Models: blk_add_rq_to_plug, blk_attempt_plug_merge and blk_flush_plug of block/blk-mq.c as far as they decide when a write is issued.
/// Omits: the device; an issued write has ended.
/// </remarks>
internal sealed class WritePlug(ReclaimSwitches switches)
{
    private const int MostRequests = 32;
    private const int LongRequest = 32;

    private readonly List<int> _folios = [];
    private readonly List<(int First, int Pages)> _requests = [];
    private int _lastSlot = -1;

    /// <summary>Folios waiting, oldest first.</summary>
    public List<int> Folios => _folios;

    /// <summary>Adds a write.</summary>
    /// <returns>True if everything that waited before has to be issued first.</returns>
    public bool MustIssueBefore(int slot)
    {
        if (_requests.Count == 0 || switches.IoModel == IoModel.AtEnd || Joins(slot))
        {
            return false;
        }
        (int _, int oldest) = _requests[0];
        (int _, int newest) = _requests[^1];
        return _requests.Count >= MostRequests || (switches.PlugLooksAtOldest ? oldest : newest) >= LongRequest;
    }

    public void Add(int folio, int slot, int pages)
    {
        if (Joins(slot))
        {
            (int first, int count) = _requests[^1];
            _requests[^1] = (first, count + pages);
        }
        else
        {
            _requests.Add((slot, pages));
        }
        _lastSlot = slot + pages - 1;
        _folios.Add(folio);
    }

    public void Clear()
    {
        _folios.Clear();
        _requests.Clear();
        _lastSlot = -1;
    }

    private bool Joins(int slot) => _requests.Count > 0 && slot == _lastSlot + 1 && _requests[^1].Pages < switches.IoMaxSegments;
}
