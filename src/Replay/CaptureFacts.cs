namespace SecondLook.Replay;

/// <summary>What kinds of events a capture holds, as far as it decides what may be claimed.</summary>
public sealed class CaptureFacts
{
    /// <summary>Entries of the TDP MMU changed: each aging answer is exact.</summary>
    public bool SpteChanges { get; set; }

    /// <summary>KVM set entries, of whatever x86 MMU.</summary>
    public bool SpteSets { get; set; }

    /// <summary>Guest faults were traced.</summary>
    public bool Faults { get; set; }

    /// <summary>Faults of stage 2 (arm64) were traced.</summary>
    public bool Stage2Faults { get; set; }

    /// <summary>Access-flag faults were traced: a CPU without a hardware accessed bit.</summary>
    public bool AccessFlagFaults { get; set; }

    /// <summary>A guest page table was shadowed.</summary>
    public bool ShadowPages { get; set; }

    /// <summary>Aging calls were traced.</summary>
    public bool AgingCalls { get; set; }

    /// <summary>Unmaps were traced.</summary>
    public bool Unmaps { get; set; }

    /// <summary>Aging answers came with the call (return value or printed).</summary>
    public bool PrintedAnswers { get; set; }

    /// <summary>Where the threads of the VM process ran.</summary>
    public CpuTimeline Cpus { get; } = new();

    /// <summary>Events in all.</summary>
    public long Events { get; set; }

    /// <summary>By how much the time went back, ns, and how many events lay back; steps that marks show are taken out before.</summary>
    public List<(long SizeNs, long Events)> ClockBack { get; } = [];

    /// <summary>Sizes of the steps of the clock among them, ns: events out of order recover at once, a clock does not.</summary>
    public List<long> StepsBackNs
    {
        get
        {
            List<long> steps = [];
            foreach ((long size, long events) in ClockBack)
            {
                if (size >= LeastStepNs && events >= LeastStepEvents)
                {
                    steps.Add(size);
                }
            }
            return steps;
        }
    }

    private const long LeastStepNs = 1_000_000;
    private const int LeastStepEvents = 4;

    /// <summary>Kinds of secondary MMU seen: <c>tdp</c>, <c>shadow</c>, <c>nested</c>, <c>stage2</c>.</summary>
    public List<string> MmuKinds()
    {
        List<string> kinds = [];
        if (SpteChanges)
        {
            kinds.Add("tdp");
        }
        if (SpteChanges && ShadowPages)
        {
            kinds.Add("nested");
        }
        if (!SpteChanges && SpteSets)
        {
            kinds.Add("shadow");
        }
        if (Stage2Faults)
        {
            kinds.Add("stage2");
        }
        return kinds;
    }

    /// <summary>Events that would decide outcomes and are not there.</summary>
    public List<string> MissingEvents()
    {
        List<string> missing = [];
        if (!AgingCalls)
        {
            missing.Add("kvm_age_hva");
        }
        if (!Unmaps)
        {
            missing.Add("kvm_unmap_hva_range");
        }
        if (SpteChanges && ShadowPages && !PrintedAnswers)
        {
            missing.Add("return value of clear_young (an L2's shadow entries have no event)");
        }
        if (!SpteChanges && !PrintedAnswers && !AccessFlagFaults)
        {
            missing.Add(Stage2Faults ? "return value of clear_young" : SpteSets ? "return value of clear_young (a shadow MMU has no event)" : "kvm_tdp_mmu_spte_changed");
        }
        if (!Faults && !SpteChanges && !SpteSets)
        {
            missing.Add("kvm_page_fault or kvm_guest_fault");
        }
        return missing;
    }
}
