namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>Closed classes of what a recorded event turned out to be when held against the model.</summary>
internal enum Explained
{
    // Answers of recorded aging calls, one per leaf that the range covers.
    AnswerSame,
    AnswerWithinSlack,
    AnswerWithoutTruth,
    AnswerContradicted,
    ClearWithoutCall,

    // Leaf values and their accessed bit at removal.
    OldValueFollows,
    OldValueDiffers,
    ZapBitSame,
    ZapBitWithinSlack,
    ZapBitWithoutTruth,
    ZapBitContradicted,
    ZapOfUnmapped,

    // Unmaps.
    UnmapComplete,
    UnmapLeftLeafs,

    // Faults.
    FaultMapped,
    FaultFastFixed,
    FaultSpurious,
    FaultMmio,
    FaultRepeated,
    FaultMappedByOther,
    FaultUnexplained,

    // Maps.
    MapByFault,
    MapByMerge,
    MapByPrefetch,
    MapWithoutFault,

    // Guest accesses of the ground truth.
    TouchOfMapped,
    TouchWithFault,
    TouchStampOff,
    TouchUnexplained,

    // Memslots and MMIO.
    SlotChange,
    SlotChangeUnexplained,
    MmioAsModelled,
    MmioContradicted,
}

/// <summary>Counts of a capture.</summary>
internal sealed class ExplainedCapture
{
    private readonly long[] _counts = new long[Enum.GetValues<Explained>().Length];

    public required string Name { get; init; }

    public List<string> Examples { get; } = [];

    /// <summary>Aging calls, and the four kinds of answers on data pages as table 1 of the inference specification counts them.</summary>
    public long AgingCalls { get; set; }

    public long YoungFirst { get; set; }

    public long YoungAgain { get; set; }

    public long Old { get; set; }

    public long NotMapped { get; set; }

    public long FalseYoung { get; set; }

    public long FalseOld { get; set; }

    /// <summary>Classes that say that model and record contradict each other.</summary>
    public static Explained[] Contradictions { get; } =
    [
        Explained.AnswerContradicted, Explained.ClearWithoutCall, Explained.OldValueDiffers, Explained.ZapBitContradicted, Explained.ZapOfUnmapped,
        Explained.UnmapLeftLeafs, Explained.FaultUnexplained, Explained.MapWithoutFault, Explained.TouchUnexplained,
        Explained.SlotChangeUnexplained, Explained.MmioContradicted,
    ];

    public long this[Explained kind] => _counts[(int)kind];

    public void Count(Explained kind, long count = 1) => _counts[(int)kind] += count;

    public void Count(Explained kind, string example)
    {
        _counts[(int)kind]++;
        bool expected = kind is Explained.AnswerWithoutTruth or Explained.ZapBitWithoutTruth or Explained.MmioAsModelled or Explained.FaultMapped
            or Explained.FaultFastFixed or Explained.MapByPrefetch or Explained.FaultRepeated or Explained.FaultMappedByOther;
        if (Examples.Count < 30 && !expected)
        {
            Examples.Add($"{kind}: {example}");
        }
    }
}
