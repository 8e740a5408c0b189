namespace SecondLook.Replay.Demands;

/// <summary>The generation-driven loop: a forced aging pass each round, then every generation whose youngest possible use is old enough.</summary>
/// <remarks>Models: mglru-model.md 10.1. Which generation that is, the memory itself decides: it knows their births.</remarks>
public sealed class GenerationControl(ControlSettings settings) : IReclaimControl
{
    /// <inheritdoc/>
    public void Touch(long lastTouchNs, long nowNs)
    {
        // Generations are all that this loop reads.
    }

    /// <inheritdoc/>
    public DemandStep Decide(in DemandStep tick, ReplayRecorder recorder) => tick with { AgeNs = settings.AgeNs };
}
