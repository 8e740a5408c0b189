using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>Writes dirty file pages, woken by a batch that met nothing else, or because they are old.</summary>
/// <remarks>
/// Models: wakeup_flusher_threads as reclaim calls it, and the periodic write of inodes older than 30 s, of fs/fs-writeback.c.
/// Omits: the disk. Under generations, what was asked for is written by the end of the second anon batch after the one that woke the flusher, or
/// of the command; under classic lists, whose passes tell the time, some milliseconds after it was woken.
/// </remarks>
internal sealed class FileFlusher(ReclaimModel model)
{
    private const long ExpiryNs = 30_000_000_000;

    // An anon batch takes milliseconds, about as long as the disk.
    private const int BatchesToWrite = 2;

    // From the batch that wakes the flusher to its first clean page: 4 to more than 10 ms in captures of machines with a CPU to spare.
    private const long LatencyNs = 12_000_000;

    private readonly Dictionary<int, long> _dirty = [];
    private readonly List<int> _old = [];
    private long _oldestNs = long.MaxValue;
    private bool _awake;
    private int _batches;
    private long _dueNs = long.MaxValue;

    /// <summary>A file page is written to memory.</summary>
    public void Dirtied(int folio)
    {
        if (_dirty.TryAdd(folio, model.NowNs))
        {
            _oldestNs = Math.Min(_oldestNs, model.NowNs);
        }
    }

    /// <summary>A page is dropped.</summary>
    public void Forget(int folio) => _dirty.Remove(folio);

    /// <summary>Reclaim met only dirty file pages.</summary>
    public void Wake()
    {
        if (!_awake)
        {
            _awake = true;
            _batches = 0;
            _dueNs = model.NowNs + LatencyNs;
        }
    }

    /// <summary>A batch of anon pages is done.</summary>
    public void BatchDone()
    {
        if (model.Switches.Mglru && _awake && ++_batches >= BatchesToWrite)
        {
            Finish();
        }
    }

    /// <summary>Time has passed under classic lists: what is due by now is written.</summary>
    public void Advance()
    {
        if (_awake && model.NowNs >= _dueNs && !model.Switches.Mglru)
        {
            Finish();
        }
    }

    /// <summary>A command ends.</summary>
    public void EndCommand()
    {
        if (model.Switches.Mglru || model.Switches.IoModel == Settings.IoModel.Instant)
        {
            Finish();
        }
    }

    /// <summary>What the flusher was woken for is written.</summary>
    public void Finish()
    {
        if (_awake)
        {
            _awake = false;
            WriteBefore(long.MaxValue);
        }
    }

    /// <summary>Writes what has been dirty for long.</summary>
    public void Expire()
    {
        if (model.NowNs - _oldestNs >= ExpiryNs)
        {
            WriteBefore(model.NowNs - ExpiryNs + 1);
        }
    }

    private void WriteBefore(long limitNs)
    {
        _old.Clear();
        _oldestNs = long.MaxValue;
        foreach ((int folio, long sinceNs) in _dirty)
        {
            if (sinceNs < limitNs)
            {
                _old.Add(folio);
            }
            else
            {
                _oldestNs = Math.Min(_oldestNs, sinceNs);
            }
        }
        _old.Sort();
        foreach (int folio in _old)
        {
            // One file after the other, most of a page: as the flusher lets go of one, the page before goes to its list.
            model.DrainElsewhere();
            _dirty.Remove(folio);
            ref FolioFlags flags = ref model.Folios.Flags[folio];
            bool wanted = (flags & FolioFlags.Reclaim) != 0;
            flags &= ~(FolioFlags.Dirty | FolioFlags.Reclaim);
            if (wanted)
            {
                model.RotateElsewhere(folio);
            }
        }
    }
}
