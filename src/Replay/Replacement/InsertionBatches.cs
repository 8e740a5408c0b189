using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>New folios wait here, per CPU, before they enter a list.</summary>
/// <remarks>Models: the lru_add folio batches of mm/swap.c. Omits: drains by other users of the batches than reclaim and faults.</remarks>
internal sealed class InsertionBatches(ReclaimModel model)
{
    private readonly List<List<int>> _add = [];

    /// <summary>Adds a folio; without delay it enters its list at once.</summary>
    public void Add(int folio, int cpu)
    {
        if (!model.Switches.FolioBatchDelay)
        {
            model.Policy.Insert(folio, reclaiming: false);
            return;
        }
        while (_add.Count <= cpu)
        {
            _add.Add([]);
        }
        List<int> batch = _add[cpu];
        model.Folios.Flags[folio] |= FolioFlags.Batched;
        batch.Add(folio);
        if (batch.Count >= model.Switches.FolioBatchSize || model.Folios.PagesOf(folio) > 1)
        {
            Drain(cpu);
        }
    }

    public void Drain(int cpu)
    {
        if (cpu >= _add.Count)
        {
            return;
        }
        List<int> batch = _add[cpu];
        for (int i = 0; i < batch.Count; i++)
        {
            int folio = batch[i];
            model.Folios.Flags[folio] &= ~FolioFlags.Batched;
            model.Policy.Insert(folio, reclaiming: false);
        }
        batch.Clear();
    }

    public void DrainAll()
    {
        for (int cpu = 0; cpu < _add.Count; cpu++)
        {
            Drain(cpu);
        }
    }

    /// <summary>Takes a waiting folio out, for one that is dropped.</summary>
    public void Forget(int folio)
    {
        foreach (List<int> batch in _add)
        {
            batch.Remove(folio);
        }
        model.Folios.Flags[folio] &= ~FolioFlags.Batched;
    }
}
