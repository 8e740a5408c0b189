namespace SecondLook.Ingest.Meaning;

/// <summary>An aging call on guest data whose thread has done nothing since: further clears of its range may follow.</summary>
/// <remarks>
/// The tally of inference.md table 1 looks at a page when the thread goes on, which may be long after the order window had to give the event away
/// (a kdamond that sleeps until the VM is torn down), so it outlives the waiting event.
/// </remarks>
internal sealed class OpenCall
{
    /// <summary>Whether a call is open that counts.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Place in the list of open calls, so that it leaves the list without a search.</summary>
    public int Place { get; set; }

    /// <summary>VM index, or -1.</summary>
    public int Vm { get; set; }

    /// <summary>Frames asked; several runs where the range crosses slots.</summary>
    public List<MemslotPart> Parts { get; } = [];

    /// <summary>Number of 4 KiB frames asked.</summary>
    public long Pages { get; private set; }

    /// <summary>Frames cleared so far, and whether each range was cleared for the first time since its mapping.</summary>
    public List<(ulong From, ulong To, int AsId, bool First)> Cleared { get; } = [];

    /// <summary>Begins a call.</summary>
    /// <param name="parts">Frames asked.</param>
    public void Take(List<MemslotPart> parts)
    {
        Parts.Clear();
        Parts.AddRange(parts);
        Cleared.Clear();
        Pages = 0;
        foreach (MemslotPart part in parts)
        {
            Pages += part.Pages;
        }
    }

    /// <summary>Pages cleared so far.</summary>
    public long ClearedPages
    {
        get
        {
            long pages = 0;
            foreach ((ulong from, ulong to, _, _) in Cleared)
            {
                pages += (long)(to - from);
            }
            return pages;
        }
    }
}
