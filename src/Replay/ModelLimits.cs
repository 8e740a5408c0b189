using System.Globalization;

namespace SecondLook.Replay;

/// <summary>What the model leaves out, as phrases for the report.</summary>
public static class ModelLimits
{
    /// <summary>Phrases for a capture.</summary>
    /// <param name="facts">What the events showed.</param>
    /// <param name="share">One page in so many was recorded.</param>
    public static List<string> Of(CaptureFacts facts, int share)
    {
        List<string> limits =
        [
            "the guest's timing does not react to the modelled faults (open loop)",
            "swap writes take no time in comparisons of policies; the calibration models them",
            "pages of the VMM itself and file pages compete in the calibration only",
            "huge mappings are replayed as 4 KiB pages, each with an accessed bit of its own unless huge_leafs is on",
            "locks are counted, waiting for them is not modelled",
        ];
        if (!facts.SpteChanges && facts.SpteSets)
        {
            limits.Add("the recorded shadow MMU is replayed without nested guests");
        }
        if (facts.SpteChanges && facts.ShadowPages)
        {
            limits.Add("accesses of an L2 are in no trace: only ground truth tells them");
        }
        if (facts.Stage2Faults)
        {
            limits.Add("presets of x86 kernels are replayed over the recorded arm64 stage-2 MMU");
        }
        if (share > 1)
        {
            limits.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"one page in {share} was recorded: counts of pages and calls are those of the sample, and what commands and limits name was divided by {share}"));
        }
        return limits;
    }
}
