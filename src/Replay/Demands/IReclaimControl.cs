namespace SecondLook.Replay.Demands;

/// <summary>A loop in user space that decides while a policy runs what to ask of the kernel: it sees what the policy did.</summary>
public interface IReclaimControl
{
    /// <summary>The guest touches a page.</summary>
    /// <param name="lastTouchNs">Its touch before, ns; <see cref="long.MinValue"/> for none.</param>
    /// <param name="nowNs">Now, ns.</param>
    void Touch(long lastTouchNs, long nowNs);

    /// <summary>One round of the loop.</summary>
    /// <param name="tick">The round's step.</param>
    /// <param name="recorder">What the policy did so far.</param>
    /// <returns>The step with what is asked for filled in.</returns>
    DemandStep Decide(in DemandStep tick, ReplayRecorder recorder);
}
