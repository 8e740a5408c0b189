namespace SecondLook.Ingest.Text;

/// <summary>What stands before the message on one line of printed trace: task, CPU, time and event name.</summary>
public ref struct LineHeader
{
    /// <summary>Task name as printed, padding removed; empty when absent or unknown (<c>&lt;...&gt;</c>).</summary>
    public ReadOnlySpan<byte> Comm { get; set; }

    /// <summary>Thread id, or -1.</summary>
    public int Tid { get; set; }

    /// <summary>Process id, or -1.</summary>
    public int Tgid { get; set; }

    /// <summary>CPU, or -1.</summary>
    public int Cpu { get; set; }

    /// <summary>Whether there is a time.</summary>
    public bool HasTime { get; set; }

    /// <summary>Whether the time has a unit (<see cref="Stamp"/> is ns) or is a bare count.</summary>
    public bool StampIsNs { get; set; }

    /// <summary>Time: ns, or the count of a clock without unit.</summary>
    public ulong Stamp { get; set; }

    /// <summary>Cycles that <see cref="Stamp"/> was worked out from, or 0.</summary>
    public ulong Cycles { get; set; }

    /// <summary>Event name.</summary>
    public ReadOnlySpan<byte> Event { get; set; }

    /// <summary>Subsystem printed before the event name (perf), or empty.</summary>
    public ReadOnlySpan<byte> System { get; set; }

    /// <summary>The message, blanks at its start removed.</summary>
    public ReadOnlySpan<byte> Message { get; set; }

    /// <summary>Bytes behind the message that may be read (see <see cref="FieldCursor"/>).</summary>
    public int Slack { get; set; }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        this = default;
        Tid = -1;
        Tgid = -1;
        Cpu = -1;
    }
}
