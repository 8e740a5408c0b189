namespace SecondLook.Replay;

/// <summary>A memory under one policy: takes accesses and demands, tells the recorder what came and went.</summary>
public interface IReplayedMemory
{
    /// <summary>The next access of the schedule.</summary>
    /// <param name="position">Its position.</param>
    void Touch(int position);

    /// <summary>A step of the demand.</summary>
    void Run(in DemandStep step);

    /// <summary>The replay ended: costs and invariants.</summary>
    void Finish();
}
