using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Accesses;

/// <summary>Accesses as they are read; puts them in order of time where the file's order is another.</summary>
internal sealed class AccessBuffer(string name)
{
    /// <summary>More accesses than this are refused: they would not fit into the memory of a plain machine.</summary>
    public const int MaxAccesses = 1 << 28;

    // A share of a frame number that no host reaches leaves room for the number of the VM.
    private const int VmShift = 52;
    private readonly Dictionary<string, ulong> _vms = new(StringComparer.Ordinal);
    private ulong[] _pages = new ulong[1 << 12];
    private long[]? _times;
    private int[]? _steps;

    /// <summary>Base name of the input, for messages.</summary>
    public string Name { get; } = name;

    /// <summary>Accesses so far.</summary>
    public int Count { get; private set; }

    /// <summary>What the user should know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Adds an access without a time.</summary>
    /// <exception cref="InputException">There are too many.</exception>
    public void Add(ulong page)
    {
        if (Count == _pages.Length)
        {
            Grow();
        }
        _pages[Count++] = page;
    }

    /// <summary>Adds an access with a time; either all accesses have one or none.</summary>
    /// <param name="page">Page number.</param>
    /// <param name="timeNs">When, ns.</param>
    /// <param name="step">Step of the plan, which orders accesses before their time does; 0 without a plan.</param>
    /// <exception cref="InputException">There are too many.</exception>
    public void Add(ulong page, long timeNs, int step)
    {
        Add(page);
        _times ??= new long[_pages.Length];
        _times[Count - 1] = timeNs;
        if (step != 0 || _steps is not null)
        {
            _steps ??= new int[_pages.Length];
            _steps[Count - 1] = step;
        }
    }

    /// <summary>A page number that differs from those of other VMs.</summary>
    public ulong Of(string vm, ulong gfn)
    {
        if (!_vms.TryGetValue(vm, out ulong number))
        {
            number = (ulong)_vms.Count;
            _vms.Add(vm, number);
        }
        return gfn ^ (number << VmShift);
    }

    /// <summary>The finished list.</summary>
    /// <param name="format">Format it was read as.</param>
    /// <param name="harvestsNs">Times of aging commands.</param>
    /// <exception cref="InputException">It is empty.</exception>
    public AccessTrace Finish(string format, IReadOnlyList<long> harvestsNs)
    {
        if (Count == 0)
        {
            throw new InputException("no_events", $"{Name}: holds no access.");
        }
        Array.Resize(ref _pages, Count);
        if (_times is not null)
        {
            Array.Resize(ref _times, Count);
            Sort(_times);
        }
        return new AccessTrace { Name = Name, Format = format, Pages = _pages, TimesNs = _times, HarvestsNs = harvestsNs, Notes = Notes };
    }

    private void Sort(long[] times)
    {
        int moved = 0;
        for (int i = 1; i < Count; i++)
        {
            moved += Compare(i - 1, i) > 0 ? 1 : 0;
        }
        if (moved > 0)
        {
            int[] order = new int[Count];
            for (int i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }
            Array.Sort(order, (a, b) => Compare(a, b) is var c && c != 0 ? c : a.CompareTo(b));
            ulong[] pages = new ulong[Count];
            long[] sorted = new long[Count];
            for (int i = 0; i < order.Length; i++)
            {
                pages[i] = _pages[order[i]];
                sorted[i] = times[order[i]];
            }
            _pages = pages;
            sorted.CopyTo(times, 0);
            Notes.Add($"{moved} accesses stood before an earlier one; all were put in order of {(_steps is null ? "time" : "step and time")}");
        }
        // Steps are over when all processors are done, whatever their clocks say: within the list time never falls.
        for (int i = 1; i < times.Length; i++)
        {
            times[i] = Math.Max(times[i], times[i - 1]);
        }

        int Compare(int a, int b)
        {
            int byStep = _steps is null ? 0 : _steps[a].CompareTo(_steps[b]);
            return byStep != 0 ? byStep : times[a].CompareTo(times[b]);
        }
    }

    private void Grow()
    {
        if (_pages.Length >= MaxAccesses)
        {
            throw new InputException("too_many_accesses", $"{Name}: more than {MaxAccesses} accesses; cut the list, or sample its pages.");
        }
        Array.Resize(ref _pages, _pages.Length * 2);
        if (_times is not null)
        {
            Array.Resize(ref _times, _pages.Length);
        }
        if (_steps is not null)
        {
            Array.Resize(ref _steps, _pages.Length);
        }
    }
}
