using SecondLook.Contracts.Events;

namespace SecondLook.Replay.Demands;

/// <summary>
/// Gathers runs of aging calls and unmaps of one task: where a capture has no list of commands, each run is taken for one, and marked inferred.
/// </summary>
public sealed class BurstCollector
{
    private const long PauseNs = 5_000_000;
    private const int SmallestPass = 16;
    private readonly Dictionary<int, Burst> _open = [];
    private readonly List<Burst> _closed = [];

    /// <summary>Takes the next event that concerns guest memory.</summary>
    /// <param name="e">An aging call or an unmap.</param>
    /// <param name="tsNs">Its time.</param>
    /// <param name="task">Name of its task.</param>
    public void Add(in TraceEvent e, long tsNs, string task)
    {
        // Access monitors and huge-page collapse ask too, yet reclaim nothing.
        if (task.StartsWith("kdamond", StringComparison.Ordinal) || task.StartsWith("khugepaged", StringComparison.Ordinal) || e.Op == TraceEventOp.Test)
        {
            return;
        }
        bool unmap = e.Kind == TraceEventKind.Invalidate;
        if (unmap && e.End - e.Start > 512UL << 12)
        {
            return;
        }
        if (!_open.TryGetValue(e.Tid, out Burst burst) || tsNs - burst.EndNs > PauseNs)
        {
            if (burst.Asked + burst.Unmapped > 0)
            {
                _closed.Add(burst);
            }
            burst = new Burst { BeginNs = tsNs };
        }
        burst.EndNs = tsNs;
        burst.Asked += unmap ? 0 : 1;
        burst.Unmapped += unmap ? (long)((e.End - e.Start) >> 12) : 0;
        _open[e.Tid] = burst;
    }

    /// <summary>The commands that the bursts stand for, in order of time.</summary>
    public List<RecordedCommand> Finish()
    {
        _closed.AddRange(_open.Values);
        _open.Clear();
        _closed.Sort(static (a, b) => a.BeginNs != b.BeginNs ? a.BeginNs.CompareTo(b.BeginNs) : a.EndNs.CompareTo(b.EndNs));
        List<RecordedCommand> commands = [];
        foreach (Burst burst in _closed)
        {
            if (burst.Unmapped == 0 && burst.Asked < SmallestPass)
            {
                continue;
            }
            // An unmap without a question is not reclaim: reclaim asks before it takes.
            if (burst.Unmapped > 0 && burst.Asked == 0)
            {
                continue;
            }
            commands.Add(RecordedCommand.Parse(burst.Unmapped > 0 ? "evict" : "age", "", burst.BeginNs, burst.EndNs, -1, 0, inferred: true) with
            {
                Pages = burst.Unmapped > 0 ? burst.Unmapped : -1,
            });
        }
        return commands;
    }

    private struct Burst
    {
        public long BeginNs;
        public long EndNs;
        public long Asked;
        public long Unmapped;
    }
}
