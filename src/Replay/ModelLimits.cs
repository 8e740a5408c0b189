namespace SecondLook.Replay;

/// <summary>What the model leaves out, as phrases for the report.</summary>
public static class ModelLimits
{
    /// <summary>Phrases for a capture.</summary>
    public static List<string> Of(CaptureFacts facts)
    {
        List<string> limits =
        [
            "the guest's timing does not react to the modelled faults (open loop)",
            "swap writes take no time in comparisons of policies; the calibration models them",
            "pages of the VMM itself and file pages compete in the calibration only",
        ];
        if (!facts.SpteChanges && facts.SpteSets)
        {
            limits.Add("the recorded shadow MMU is replayed as a TDP MMU");
        }
        if (facts.Stage2Faults)
        {
            limits.Add("the recorded stage-2 MMU is replayed as an x86 TDP MMU");
        }
        return limits;
    }
}
