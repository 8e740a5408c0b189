using System.Globalization;
using SecondLook.Contracts.Tables;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay.Demands;

/// <summary>The reclaim demand of a capture: its commands in order of time, and how many data pages the recorded kernel took in each.</summary>
public sealed class RecordedDemand
{
    private const long PressurePauseNs = 1_000_000;
    private const int PressureBatch = 64;
    private const int MostOverlapping = 8;

    private RecordedDemand(List<RecordedCommand> commands, string source, long memoryMaxPages)
    {
        Commands = commands;
        Source = source;
        MemoryMaxPages = memoryMaxPages;
        List<long> harvests = FindHarvests(commands);
        HarvestsNs = harvests;
        MedianGapNs = MedianGap(harvests);
    }

    /// <summary>All commands in order of their begin.</summary>
    public IReadOnlyList<RecordedCommand> Commands { get; }

    /// <summary>Where they come from: <c>actions</c>, <c>inferred</c> or <c>none</c>.</summary>
    public string Source { get; }

    /// <summary>Limit of the memory cgroup, pages; 0 when none is known.</summary>
    public long MemoryMaxPages { get; }

    /// <summary>Begins of the commands that read accessed bits.</summary>
    public IReadOnlyList<long> HarvestsNs { get; }

    /// <summary>Median time between harvests, ns; 0 when there are fewer than two.</summary>
    public long MedianGapNs { get; }

    /// <summary>Demand of a dataset.</summary>
    /// <param name="actions">A table of <see cref="ActionsTable"/>, or null.</param>
    /// <param name="bursts">Commands inferred from events, used when there are no actions.</param>
    /// <param name="unmaps">Pages that the recorded kernel took, in order of time.</param>
    /// <param name="memoryMaxPages">Limit of the memory cgroup, 0 when none is known.</param>
    /// <param name="share">One page in so many was recorded: what commands and limits name is divided by it.</param>
    public static RecordedDemand From(
        Table? actions, List<RecordedCommand> bursts, IReadOnlyList<RecordedUnmap> unmaps, long memoryMaxPages, int share = 1)
    {
        List<RecordedCommand> commands = [];
        for (int r = 0; actions is not null && r < actions.RowCount; r++)
        {
            RecordedCommand command = RecordedCommand.Parse(
                actions[ActionsTable.Action][r],
                actions[ActionsTable.Detail][r],
                actions[ActionsTable.BeginNs][r],
                actions[ActionsTable.EndNs][r],
                actions[ActionsTable.Step][r],
                actions.IsNull(ActionsTable.Rc, r) ? 0 : actions[ActionsTable.Rc][r],
                actions[ActionsTable.Inferred][r]) with { Vm = actions[ActionsTable.Vm][r] };
            commands.Add(command with { Pages = DeclaredSampling.Part(command.Pages, share) });
        }
        string source = commands.Count > 0 ? "actions" : bursts.Count > 0 ? "inferred" : "none";
        if (commands.Count == 0)
        {
            commands = bursts;
        }
        commands.Sort(static (a, b) => a.BeginNs != b.BeginNs ? a.BeginNs.CompareTo(b.BeginNs) : a.Step.CompareTo(b.Step));
        foreach (RecordedCommand command in commands)
        {
            if (string.Equals(command.Word, "cg", StringComparison.Ordinal) && command.Detail.StartsWith("memory.max ", StringComparison.Ordinal))
            {
                memoryMaxPages = Math.Max(0, RecordedCommand.Quantity(command.Detail["memory.max ".Length..].Trim()) >> 12);
            }
        }
        CountUnmaps(commands, unmaps, string.Equals(source, "actions", StringComparison.Ordinal));
        return new RecordedDemand(commands, source, DeclaredSampling.Part(memoryMaxPages, share));
    }

    /// <summary>Pages of a memory limit as job.env writes it (<c>MEMMAX=12M</c>), 0 when it has none.</summary>
    public static long MemoryMaxOf(string jobEnv)
    {
        foreach (string line in jobEnv.Split('\n'))
        {
            if (line.StartsWith("MEMMAX=", StringComparison.Ordinal))
            {
                return Math.Max(0, RecordedCommand.Quantity(line["MEMMAX=".Length..].Trim().Trim('"')) >> 12);
            }
        }
        return 0;
    }

    /// <summary>The reclaim command that covers an instant, or -1.</summary>
    public int CommandAt(long tsNs)
    {
        int low = 0;
        int high = Commands.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (Commands[middle].BeginNs <= tsNs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return ReclaimAt(Commands, low - 1, tsNs);
    }

    // Commands of one program follow each other; those of two programs may overlap a little.
    private static int ReclaimAt(IReadOnlyList<RecordedCommand> commands, int last, long tsNs)
    {
        for (int i = last; i >= 0 && i > last - MostOverlapping; i--)
        {
            if (commands[i].Kind is CommandKind.Age or CommandKind.Evict or CommandKind.Reclaim && tsNs <= commands[i].EndNs)
            {
                return i;
            }
        }
        return -1;
    }

    private static void CountUnmaps(List<RecordedCommand> commands, IReadOnlyList<RecordedUnmap> unmaps, bool complete)
    {
        HashSet<int>[] pages = new HashSet<int>[commands.Count];
        HashSet<int>[] ranges = new HashSet<int>[commands.Count];
        List<RecordedCommand> pressure = [];
        int at = -1;
        long begin = 0;
        long end = 0;
        long count = 0;
        foreach (RecordedUnmap unmap in unmaps)
        {
            while (at + 1 < commands.Count && commands[at + 1].BeginNs <= unmap.TsNs)
            {
                at++;
            }
            bool inside = at >= 0 && unmap.TsNs <= commands[at].EndNs;
            int reclaiming = ReclaimAt(commands, at, unmap.TsNs);
            if (reclaiming >= 0)
            {
                HashSet<int>[] kind = unmap.Single ? pages : ranges;
                kind[reclaiming] ??= [];
                kind[reclaiming].Add(unmap.Page);
                continue;
            }
            // Unmaps while the guest runs are reclaim at a limit; those of other commands (slots, protection, advice) are not reclaim.
            bool running = complete && inside && unmap.Single && commands[at].Word is "seq" or "zipf" or "uniform" or "host" or "idle";
            if (!running)
            {
                continue;
            }
            if (count > 0 && (unmap.TsNs - end > PressurePauseNs || count >= PressureBatch))
            {
                pressure.Add(Pressure(begin, end, count));
                count = 0;
            }
            begin = count == 0 ? unmap.TsNs : begin;
            end = unmap.TsNs;
            count++;
        }
        if (count > 0)
        {
            pressure.Add(Pressure(begin, end, count));
        }
        for (int i = 0; i < pages.Length; i++)
        {
            // A range is a huge page that goes as a whole only where no single pages of it go: else it is the split before.
            commands[i] = commands[i] with { Unmapped = pages[i]?.Count ?? ranges[i]?.Count ?? 0 };
        }
        commands.AddRange(pressure);
        commands.Sort(static (a, b) => a.BeginNs != b.BeginNs ? a.BeginNs.CompareTo(b.BeginNs) : a.Step.CompareTo(b.Step));
    }

    private static RecordedCommand Pressure(long begin, long end, long count) =>
        RecordedCommand.Parse("pressure", count.ToString(CultureInfo.InvariantCulture), begin, end, -1, 0, inferred: true) with
        {
            Kind = CommandKind.Pressure,
            Pages = count,
            Unmapped = count,
        };

    private static List<long> FindHarvests(List<RecordedCommand> commands)
    {
        List<long> harvests = [];
        foreach (RecordedCommand command in commands)
        {
            if (command.Kind == CommandKind.Age && command.Rc == 0)
            {
                harvests.Add(command.BeginNs);
            }
        }
        if (harvests.Count < 2)
        {
            foreach (RecordedCommand command in commands)
            {
                if (command.Kind is CommandKind.Evict or CommandKind.Reclaim or CommandKind.Pressure && command.Unmapped > 0)
                {
                    harvests.Add(command.BeginNs);
                }
            }
            harvests.Sort();
        }
        return harvests;
    }

    private static long MedianGap(List<long> harvests)
    {
        if (harvests.Count < 2)
        {
            return 0;
        }
        long[] gaps = new long[harvests.Count - 1];
        for (int i = 0; i < gaps.Length; i++)
        {
            gaps[i] = harvests[i + 1] - harvests[i];
        }
        Array.Sort(gaps);
        return (gaps[(gaps.Length - 1) / 2] + gaps[gaps.Length / 2]) / 2;
    }
}
