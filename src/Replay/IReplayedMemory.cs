namespace SecondLook.Replay;

/// <summary>A memory under one policy: takes accesses and demands, tells the recorder what came and went.</summary>
public interface IReplayedMemory
{
    /// <summary>The next access of the schedule.</summary>
    /// <param name="position">Its position.</param>
    void Touch(int position);

    /// <summary>A step of the demand.</summary>
    void Run(in DemandStep step);

    /// <summary>A memslot appears or goes.</summary>
    void Change(in SlotChange change);

    /// <summary>The guest uses a frame that no memslot holds.</summary>
    void Mmio(in MmioAccess access);

    /// <summary>Looks for a contradiction inside the model.</summary>
    /// <exception cref="Contracts.Diagnostics.InvariantException">There is one.</exception>
    void CheckInvariants();

    /// <summary>The replay ended: costs and invariants.</summary>
    void Finish();
}
