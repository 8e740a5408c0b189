using SecondLook.Replay.Demands;
using SecondLook.Replay.Hosts;

namespace SecondLook.Replay.Calibration;

/// <summary>Calls about data pages that the model makes in one command.</summary>
/// <param name="Command">The command.</param>
/// <param name="Mapped">Data pages that the model's process maps as it begins.</param>
/// <param name="Asked">Data pages asked, in order.</param>
/// <param name="Judged">Those asked because they were isolated, not as a walk or a neighbour came by.</param>
/// <param name="Walked">Those asked by page-table walks.</param>
public sealed record ModelledCalls(RecordedCommand Command, HashSet<int> Mapped, List<int> Asked, HashSet<int> Judged, HashSet<int> Walked);

/// <summary>Collects the aging calls of a calibration replay, command by command.</summary>
public sealed class CommandCalls
{
    private readonly int _pages;

    /// <summary>Starts without any.</summary>
    /// <param name="pages">Number of data pages.</param>
    public CommandCalls(int pages) => _pages = pages;

    /// <summary>Aging and reclaim commands in order.</summary>
    public List<ModelledCalls> Commands { get; } = [];

    internal void Begin(in RecordedCommand command, HostModel host)
    {
        if (command.Word is not ("age" or "evict" or "reclaim"))
        {
            return;
        }
        HashSet<int> mapped = [];
        for (int p = 0; p < _pages; p++)
        {
            if (host.IsMapped(p))
            {
                mapped.Add(p);
            }
        }
        Commands.Add(new ModelledCalls(command, mapped, [], [], []));
    }

    internal void Add(string hook, string caller, int page)
    {
        if (page >= 0 && Commands.Count > 0 && !string.Equals(hook, "invalidate", StringComparison.Ordinal))
        {
            Commands[^1].Asked.Add(page);
            if (string.Equals(caller, "rmap", StringComparison.Ordinal))
            {
                Commands[^1].Judged.Add(page);
            }
            else if (string.Equals(caller, "walk", StringComparison.Ordinal))
            {
                Commands[^1].Walked.Add(page);
            }
        }
    }
}
