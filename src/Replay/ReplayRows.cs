using SecondLook.Replay.Bounds;

namespace SecondLook.Replay;

/// <summary>How an eviction turned out.</summary>
public enum EvictionOutcome : byte
{
    /// <summary>Not touched again within the horizon.</summary>
    Right,

    /// <summary>Touched again within the horizon.</summary>
    FalseCold,

    /// <summary>Not touched again, but the trace ends before the horizon does.</summary>
    Censored,
}

/// <summary>One page taken.</summary>
/// <param name="Pass">Reclaim pass.</param>
/// <param name="TsNs">When.</param>
/// <param name="Page">Dense page id.</param>
/// <param name="GenerationAge">max_seq minus its generation; -1 without generations.</param>
/// <param name="LastTouchNs">Last touch before; <see cref="long.MinValue"/> for none.</param>
/// <param name="NextTouchNs">First touch after; <see cref="long.MaxValue"/> for none.</param>
/// <param name="Outcome">How it turned out.</param>
public readonly record struct EvictionRow(int Pass, long TsNs, int Page, int GenerationAge, long LastTouchNs, long NextTouchNs, EvictionOutcome Outcome)
{
    /// <summary>What the capture proves about another touch before the end.</summary>
    public Certainty Again { get; init; }

    /// <summary>What it proves about one within the horizon.</summary>
    public Certainty Within { get; init; }
}

/// <summary>Proven bounds of the counts of one reclaim pass.</summary>
public record struct PassBounds
{
    /// <summary>Fewest kept pages not touched within the horizon.</summary>
    public long FalseHotLow { get; set; }

    /// <summary>Most of them.</summary>
    public long FalseHotHigh { get; set; }

    /// <summary>Fewest kept pages untouched for the stated age.</summary>
    public long TrulyColdLow { get; set; }

    /// <summary>Most of them.</summary>
    public long TrulyColdHigh { get; set; }

    /// <summary>Counts one kept page.</summary>
    /// <param name="ahead">Whether it is touched within the horizon.</param>
    /// <param name="before">Whether it was touched within the stated age.</param>
    public void Add(Certainty ahead, Certainty before)
    {
        FalseHotLow += ahead == Certainty.No ? 1 : 0;
        FalseHotHigh += ahead != Certainty.Yes ? 1 : 0;
        TrulyColdLow += before == Certainty.No ? 1 : 0;
        TrulyColdHigh += before != Certainty.Yes ? 1 : 0;
    }
}

/// <summary>One touch of an evicted page.</summary>
/// <param name="TsNs">When.</param>
/// <param name="Page">Dense page id.</param>
/// <param name="EvictedNs">When it had been evicted.</param>
public readonly record struct RefaultRow(long TsNs, int Page, long EvictedNs);

/// <summary>One reclaim pass, judged at its end.</summary>
public readonly record struct ReclaimPassRow
{
    /// <summary>Ordinal.</summary>
    public int Pass { get; init; }

    /// <summary>When it ended, ns.</summary>
    public long TsNs { get; init; }

    /// <summary><c>evict</c>, <c>reclaim</c>, <c>pressure</c> or <c>capacity</c>.</summary>
    public string Action { get; init; }

    /// <summary>Pages that the demand asked for.</summary>
    public long Wanted { get; init; }

    /// <summary>Pages taken.</summary>
    public long Evicted { get; init; }

    /// <summary>Of them touched again within the horizon.</summary>
    public long FalseCold { get; init; }

    /// <summary>Of them not to be judged.</summary>
    public long Censored { get; init; }

    /// <summary>Pages kept.</summary>
    public long Resident { get; init; }

    /// <summary>Of them not touched again within the horizon.</summary>
    public long FalseHot { get; init; }

    /// <summary>Kept pages that the policy believes colder than the stated age.</summary>
    public long BelievedCold { get; init; }

    /// <summary>Kept pages that are.</summary>
    public long TrulyCold { get; init; }

    /// <summary>Bounds of the counts that hang on the future or the past; null off the head schedule.</summary>
    public PassBounds? Bounds { get; init; }
}

/// <summary>One pass that read accessed bits.</summary>
public record struct AgingPassRow
{
    /// <summary>Ordinal.</summary>
    public int Pass { get; set; }

    /// <summary>When, ns.</summary>
    public long TsNs { get; set; }

    /// <summary><c>command</c>, <c>demand</c> or <c>eviction</c>.</summary>
    public string Trigger { get; set; }

    /// <summary>Youngest generation after it.</summary>
    public long MaxSeq { get; set; }

    /// <summary>Pages whose accessed bits were read.</summary>
    public long PagesAsked { get; set; }

    /// <summary>Of them young.</summary>
    public long PagesYoung { get; set; }

    /// <summary>Young in the primary MMU.</summary>
    public long YoungPrimary { get; set; }

    /// <summary>Young in a secondary MMU.</summary>
    public long YoungSecondary { get; set; }

    /// <summary>Touched since the pass before, yet not found.</summary>
    public long MissedYoung { get; set; }

    /// <summary>Moved to a younger generation.</summary>
    public long Promoted { get; set; }

    /// <summary>Primary entries read.</summary>
    public long PtesVisited { get; set; }

    /// <summary>Secondary entries read.</summary>
    public long SptesVisited { get; set; }

    /// <summary>Notifier calls made.</summary>
    public long NotifierCalls { get; set; }

    /// <summary>TLB flushes asked for.</summary>
    public long Flushes { get; set; }
}

/// <summary>Pages of one generation at one instant.</summary>
/// <param name="TsNs">When.</param>
/// <param name="Label">What happened there.</param>
/// <param name="MaxSeq">Youngest generation.</param>
/// <param name="Seq">The generation.</param>
/// <param name="BirthNs">When it was created.</param>
/// <param name="Pages">Data pages in it.</param>
/// <param name="HotPages">Of them touched again within the horizon.</param>
public readonly record struct GenerationRow(long TsNs, string Label, long MaxSeq, long Seq, long BirthNs, long Pages, long HotPages);

/// <summary>One notifier call.</summary>
/// <param name="TsNs">When.</param>
/// <param name="Hook">Hook name.</param>
/// <param name="Caller">Caller name.</param>
/// <param name="Start">First address.</param>
/// <param name="End">First address after.</param>
/// <param name="Young">Whether any entry was young.</param>
/// <param name="SptesVisited">Entries read.</param>
public readonly record struct NotifierCallRow(long TsNs, string Hook, string Caller, ulong Start, ulong End, bool Young, long SptesVisited);

/// <summary>Work by hook and lock class.</summary>
/// <param name="Hook">Hook name.</param>
/// <param name="Lock">Lock class name.</param>
/// <param name="Calls">Calls.</param>
/// <param name="EntriesVisited">Entries read.</param>
/// <param name="BitsCleared">Bits cleared.</param>
/// <param name="Flushes">TLB flushes.</param>
/// <param name="Ipis">vCPUs kicked by those flushes.</param>
public readonly record struct CostRow(string Hook, string Lock, long Calls, long EntriesVisited, long BitsCleared, long Flushes, long Ipis = 0);

/// <summary>Wrong decisions of one pass with one cause.</summary>
/// <param name="Pass">Reclaim pass.</param>
/// <param name="Side"><c>false_cold</c> or <c>false_hot</c>.</param>
/// <param name="Cause">The cause.</param>
/// <param name="Pages">How many.</param>
public readonly record struct ErrorCauseRow(int Pass, string Side, string Cause, long Pages);

/// <summary>Everything that one policy did on one schedule under one demand.</summary>
public sealed class ReplayRecord
{
    /// <summary>Schedule id.</summary>
    public required int Schedule { get; init; }

    /// <summary>Capacity, pages; null under as-recorded.</summary>
    public required long? Capacity { get; init; }

    /// <summary>Pages taken, in order.</summary>
    public List<EvictionRow> Evictions { get; } = [];

    /// <summary>Touches of evicted pages, in order.</summary>
    public List<RefaultRow> Refaults { get; } = [];

    /// <summary>Reclaim passes, in order.</summary>
    public List<ReclaimPassRow> Passes { get; } = [];

    /// <summary>Passes that read accessed bits, in order.</summary>
    public List<AgingPassRow> AgingPasses { get; } = [];

    /// <summary>Generation sizes, in order.</summary>
    public List<GenerationRow> Generations { get; } = [];

    /// <summary>Notifier calls, in order; only where asked for.</summary>
    public List<NotifierCallRow> NotifierCalls { get; } = [];

    /// <summary>Work by hook and lock class.</summary>
    public List<CostRow> Costs { get; } = [];

    /// <summary>What the modelled kernel would have traced; null where nobody asks.</summary>
    public Mmu.NotifierTrace? ModelledTrace { get; init; }

    /// <summary>For each reclaim pass the kept pages judged false-hot, one bit a page; null where nobody asks.</summary>
    public List<ulong[]>? FalseHotPages { get; init; }

    /// <summary>Of <see cref="FalseHotPages"/> those with a bit that outlived a harvest, or believed on one.</summary>
    public List<ulong[]>? StaleHotPages { get; init; }

    /// <summary>What each eviction is charged to, by position; empty where it is no error or not charged.</summary>
    public string[] EvictionCauses { get; set; } = [];

    /// <summary>Wrong decisions by pass, side and cause; only on the head schedule.</summary>
    public List<ErrorCauseRow>? ErrorCauses { get; set; }

    /// <summary>What each VM paid; empty with one VM.</summary>
    public List<VmTotals> Vms { get; set; } = [];

    /// <summary>Demands that could not be met.</summary>
    public DemandErrors DemandErrors { get; } = new();

    /// <summary>Touches served.</summary>
    public long Requests { get; set; }

    /// <summary>Touches of absent pages.</summary>
    public long Misses { get; set; }

    /// <summary>Of them never resident before.</summary>
    public long FirstTouches { get; set; }

    /// <summary>Largest resident set, pages.</summary>
    public long PeakResident { get; set; }

    /// <summary>Integral of the resident set over time, page ns.</summary>
    public double ResidentPageNs { get; set; }
}
