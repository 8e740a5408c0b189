using SecondLook.Contracts.Events;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest;

/// <summary>Everything that is learnt while one dataset is read, apart from the events themselves.</summary>
internal sealed class IngestState
{
    private readonly Dictionary<int, bool> _beganEmpty = [];
    private int _lastChanged = int.MinValue;

    public IngestState()
    {
        Context = new DecodeContext(Strings);
        Tracepoints = new TracepointTable(Strings);
        Tasks = new TaskTable(Strings);
    }

    public StringTable Strings { get; } = new();

    public DecodeContext Context { get; }

    public TracepointTable Tracepoints { get; }

    public TaskTable Tasks { get; }

    public VmTable Vms => Context.Vms;

    public MemslotMap Memslots { get; } = new();

    public AnswerCounts Answers { get; } = new();

    public List<GapSpan> Gaps { get; } = [];

    public List<InputFacts> Inputs { get; } = [];

    public List<StreamFacts> Streams { get; } = [];

    public QuarantineList Quarantine { get; } = new();

    /// <summary>Rows of side files that could not be used: file, line, reason, text.</summary>
    public List<(string File, int Line, string Reason, string Text)> SideProblems { get; } = [];

    /// <summary>Lines that are no event and no header: console log, function calls, stacks.</summary>
    public long OtherLines { get; set; }

    /// <summary>Whether a TDP MMU event was seen.</summary>
    public bool TdpSeen => _beganEmpty.Count > 0;

    /// <summary>Whether the first SPTE event of a VM filled an empty root: then a page without any event is not mapped.</summary>
    public bool BeganEmpty(int vm) => _beganEmpty.TryGetValue(vm, out bool empty) && empty;

    /// <summary>Notes an SPTE event of a VM; the first one counts.</summary>
    public void SeeChange(int vm, bool fillsRoot)
    {
        if (vm != _lastChanged)
        {
            _lastChanged = vm;
            _ = _beganEmpty.TryAdd(vm, fillsRoot);
        }
    }

    /// <summary>Entries whose value showed that events are missing without a mark.</summary>
    public long UndeclaredLosses { get; set; }

    /// <summary>Marks of the capture kit: stamp and CLOCK_MONOTONIC of the same moment.</summary>
    public ClockMarks Marks { get; } = new();

    /// <summary>Hosts and guests whose files name each other.</summary>
    public TraceSessions Sessions { get; } = new();

    /// <summary>Whether answers on a slot count as answers on guest data: slots of role data where roles are given.</summary>
    public bool CountsAnswers(MemslotSpan slot) => slot.Role is null or "data" || !AnyDataRole;

    /// <summary>Whether some memslot has role data.</summary>
    public bool AnyDataRole { get; set; }

    /// <summary>Whether a frame lies in memory that counts; true for all when no memslots are known.</summary>
    public bool CountsFrame(int vm, int asId, ulong gfn, long ns)
    {
        if (Memslots.IsEmpty)
        {
            return true;
        }
        foreach (MemslotSpan slot in Memslots.Span)
        {
            if ((slot.Vm == vm || vm < 0) && slot.AsId == asId && gfn - slot.Gfn < slot.Npages && CountsAnswers(slot))
            {
                return true;
            }
        }
        return false;
    }

}
