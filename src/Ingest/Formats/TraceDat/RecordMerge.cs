namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Brings the records of all CPUs into the order of time; ties go by buffer, then CPU. A binary heap of the CPUs that still have records.</summary>
/// <remarks>Sort stamps never run back within a CPU, because its file order is the truth.</remarks>
internal sealed class RecordMerge
{
    private readonly List<CpuRecords> _heap = [];

    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => _heap.Count == 0;

    /// <summary>The CPU with the earliest record.</summary>
    public CpuRecords First => _heap[0];

    /// <summary>Adds a CPU that stands on its first record.</summary>
    public void Add(CpuRecords cpu)
    {
        _heap.Add(cpu);
        int at = _heap.Count - 1;
        while (at > 0 && Before(_heap[at], _heap[(at - 1) >> 1]))
        {
            (_heap[at], _heap[(at - 1) >> 1]) = (_heap[(at - 1) >> 1], _heap[at]);
            at = (at - 1) >> 1;
        }
    }

    /// <summary>Whether the first CPU, having moved on, still has the earliest record.</summary>
    public bool IsStillFirst()
    {
        CpuRecords first = _heap[0];
        return (_heap.Count < 2 || Before(first, _heap[1])) && (_heap.Count < 3 || Before(first, _heap[2]));
    }

    /// <summary>Puts the first CPU, having moved on, to its place.</summary>
    public void Sink()
    {
        int at = 0;
        while (true)
        {
            int child = (at * 2) + 1;
            if (child >= _heap.Count)
            {
                return;
            }
            if (child + 1 < _heap.Count && Before(_heap[child + 1], _heap[child]))
            {
                child++;
            }
            if (!Before(_heap[child], _heap[at]))
            {
                return;
            }
            (_heap[at], _heap[child]) = (_heap[child], _heap[at]);
            at = child;
        }
    }

    /// <summary>Removes the first CPU, which has no more records.</summary>
    public void RemoveFirst()
    {
        _heap[0] = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        Sink();
    }

    private static bool Before(CpuRecords a, CpuRecords b) =>
        a.SortStamp != b.SortStamp ? a.SortStamp < b.SortStamp : a.Cpu != b.Cpu ? a.Cpu < b.Cpu : a.Stream < b.Stream;
}
