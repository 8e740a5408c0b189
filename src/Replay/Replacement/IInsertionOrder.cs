namespace SecondLook.Replay.Replacement;

/// <summary>Knows from a record when pages reach the lists; without one a page enters when its CPU's insertion batch is drained.</summary>
public interface IInsertionOrder
{
    /// <summary>A folio was made and waits in an insertion batch.</summary>
    /// <param name="folio">The folio.</param>
    /// <param name="cpu">CPU of the batch.</param>
    /// <returns>True if it waits until <see cref="ReclaimModel.InsertHeld"/> names it; it takes its place in the batch nevertheless.</returns>
    bool Holds(int folio, int cpu);

    /// <summary>Insertion batches are being drained by reclaim or by a fault.</summary>
    void Draining();
}
