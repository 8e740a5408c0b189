using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>New folios, folios whose write ended and folios to activate wait here per CPU before they enter or move on a list.</summary>
/// <remarks>
/// Models: the lru_add, lru_rotate and activate folio batches of mm/swap.c. Omits: drains by other users than reclaim, faults and the flusher.
/// </remarks>
internal sealed class InsertionBatches(ReclaimModel model)
{
    private const int Gone = -1;

    private readonly List<List<int>> _add = [];
    private readonly HashSet<int> _held = [];
    private readonly List<List<int>> _rotate = [];
    private readonly List<List<int>> _activate = [];

    /// <summary>Adds a folio; without delay, or for a negative CPU, it enters its list at once.</summary>
    public void Add(int folio, int cpu)
    {
        if (!model.Switches.FolioBatchDelay || cpu < 0)
        {
            model.Policy.Insert(folio, reclaiming: false);
            return;
        }
        List<int> batch = Of(_add, cpu);
        model.Folios.Flags[folio] |= FolioFlags.Batched;
        if (model.InsertionOrder?.Holds(folio, cpu) == true)
        {
            _held.Add(folio);
        }
        batch.Add(folio);
        if (batch.Count >= model.Switches.FolioBatchSize || model.Folios.PagesOf(folio) > 1)
        {
            DrainAdded(cpu);
        }
    }

    /// <summary>Asks a record about every folio that waits.</summary>
    public void HoldWaiting(IInsertionOrder order)
    {
        for (int cpu = 0; cpu < _add.Count; cpu++)
        {
            foreach (int folio in _add[cpu])
            {
                if (order.Holds(folio, cpu))
                {
                    _held.Add(folio);
                }
            }
        }
    }

    /// <summary>Inserts a folio that was held back; false if it is not.</summary>
    public bool InsertHeld(int folio)
    {
        if (!_held.Remove(folio))
        {
            return false;
        }
        foreach (List<int> batch in _add)
        {
            int at = batch.IndexOf(folio);
            if (at >= 0)
            {
                batch[at] = Gone;
            }
        }
        model.Folios.Flags[folio] &= ~FolioFlags.Batched;
        model.Policy.Insert(folio, reclaiming: false);
        return true;
    }

    /// <summary>A write ended: the folio is to move to where reclaim takes it next, if it is on a list.</summary>
    public void Rotate(int folio, int cpu)
    {
        const FolioFlags Bars = FolioFlags.Locked | FolioFlags.Dirty | FolioFlags.Unevictable | FolioFlags.Rotating;
        if (!model.Folios.IsOnList(folio) || model.Folios.Has(folio, Bars)
            || (model.Switches.BatchClearsLru && model.Folios.Has(folio, FolioFlags.Activating)))
        {
            return;
        }
        List<int> batch = Of(_rotate, cpu);
        model.Folios.Flags[folio] |= FolioFlags.Rotating;
        batch.Add(folio);
        if (!model.Switches.FolioBatchDelay || batch.Count >= model.Switches.FolioBatchSize)
        {
            DrainRotated(cpu);
        }
    }

    /// <summary>A folio on a list is to become active.</summary>
    public void Activate(int folio, int cpu)
    {
        if (!model.Switches.FolioBatchDelay || cpu < 0)
        {
            model.Policy.Activate(folio);
            return;
        }
        if (model.Folios.Has(folio, model.Switches.BatchClearsLru ? FolioFlags.Moving : FolioFlags.Activating))
        {
            return;
        }
        List<int> batch = Of(_activate, cpu);
        model.Folios.Flags[folio] |= FolioFlags.Activating;
        batch.Add(folio);
        if (batch.Count >= model.Switches.FolioBatchSize)
        {
            DrainActivated(cpu);
        }
    }

    /// <summary>Whether a new folio waits on this very CPU.</summary>
    public bool WaitsOn(int folio, int cpu) =>
        model.Folios.Has(folio, FolioFlags.Batched) && cpu >= 0 && cpu < _add.Count && _add[cpu].Contains(folio);

    public void Drain(int cpu)
    {
        model.InsertionOrder?.Draining();
        DrainAdded(cpu);
        DrainRotated(cpu);
        DrainActivated(cpu);
    }

    public void DrainAll()
    {
        int cpus = Math.Max(_activate.Count, Math.Max(_add.Count, _rotate.Count));
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            Drain(cpu);
        }
    }

    /// <summary>Takes a waiting folio out, for one that is dropped or freed.</summary>
    public void Forget(int folio)
    {
        FolioFlags flags = model.Folios.Flags[folio];
        if ((flags & FolioFlags.Batched) != 0)
        {
            Remove(_add, folio);
            _held.Remove(folio);
        }
        if ((flags & FolioFlags.Rotating) != 0)
        {
            Remove(_rotate, folio);
        }
        if ((flags & FolioFlags.Activating) != 0)
        {
            Remove(_activate, folio);
        }
        model.Folios.Flags[folio] &= ~(FolioFlags.Batched | FolioFlags.Moving);
    }

    private void DrainAdded(int cpu)
    {
        if (cpu >= _add.Count)
        {
            return;
        }
        List<int> batch = _add[cpu];
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i] == Gone || _held.Contains(batch[i]))
            {
                continue;
            }
            model.Folios.Flags[batch[i]] &= ~FolioFlags.Batched;
            model.Policy.Insert(batch[i], reclaiming: false);
        }
        batch.Clear();
    }

    private void DrainRotated(int cpu)
    {
        if (cpu >= _rotate.Count)
        {
            return;
        }
        List<int> batch = _rotate[cpu];
        for (int i = 0; i < batch.Count; i++)
        {
            int folio = batch[i];
            model.Folios.Flags[folio] &= ~FolioFlags.Rotating;
            if (model.Folios.IsOnList(folio))
            {
                model.Policy.Rotate(folio);
            }
        }
        batch.Clear();
    }

    /// <summary>The oldest waiting file folios enter their list.</summary>
    public void DrainFiles(long count)
    {
        foreach (List<int> batch in _add)
        {
            for (int i = 0; i < batch.Count && count > 0;)
            {
                int folio = batch[i];
                if (model.Folios.TypeOf(folio) == 0)
                {
                    i++;
                    continue;
                }
                batch.RemoveAt(i);
                model.Folios.Flags[folio] &= ~FolioFlags.Batched;
                model.Policy.Insert(folio, reclaiming: false);
                count--;
            }
        }
    }

    private void DrainActivated(int cpu)
    {
        if (cpu >= _activate.Count)
        {
            return;
        }
        List<int> batch = _activate[cpu];
        for (int i = 0; i < batch.Count; i++)
        {
            model.Folios.Flags[batch[i]] &= ~FolioFlags.Activating;
            model.Policy.Activate(batch[i]);
        }
        batch.Clear();
    }

    private static List<int> Of(List<List<int>> batches, int cpu)
    {
        while (batches.Count <= cpu)
        {
            batches.Add([]);
        }
        return batches[cpu];
    }

    private static void Remove(List<List<int>> batches, int folio)
    {
        foreach (List<int> batch in batches)
        {
            batch.Remove(folio);
        }
    }
}
