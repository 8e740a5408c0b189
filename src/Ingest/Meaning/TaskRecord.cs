namespace SecondLook.Ingest.Meaning;

/// <summary>What is known of one thread.</summary>
public sealed class TaskRecord
{
    internal TaskRecord(int tid) => Tid = tid;

    /// <summary>Thread id.</summary>
    public int Tid { get; }

    /// <summary>Number among the tasks of the events in the order, from 1; 0 before its first event.</summary>
    internal int Number { get; set; }

    /// <summary>Process id, or -1.</summary>
    public int Tgid
    {
        get;
        internal set
        {
            if (value != field)
            {
                field = value;
                IsProcessSeen = false;
                ProcessVm = -1;
            }
        }
    } = -1;

    /// <summary>String id of the last name, or -1.</summary>
    public int CommId { get; internal set; } = -1;

    /// <summary>Last name as bytes, at most 15 of them in kernel text.</summary>
    internal byte[] Comm { get; set; } = [];

    /// <summary>The array that the name came in last; null after it was told otherwise. Saves comparing names.</summary>
    internal byte[]? LastComm { get; set; }

    /// <summary>Whole name where an event told it, which kernel text cuts after 15 bytes; null otherwise.</summary>
    public string? FullName { get; internal set; }

    /// <summary>vcpu, vmm, kswapd, kdamond, khugepaged, reclaimer; null when none of them shows.</summary>
    public string? Role
    {
        get;
        internal set
        {
            field = value;
            IsVmm = value == "vmm";
            RunsVm = value is "vcpu" or "vmm";
            ProcessVm = -1;
        }
    }

    /// <summary>Whether <see cref="Role"/> is vmm.</summary>
    internal bool IsVmm { get; private set; }

    /// <summary>VM of its process once that was looked up, else -1.</summary>
    internal int ProcessVm
    {
        get;
        set
        {
            field = value;
            SetKnownVm();
        }
    } = -1;

    /// <summary>Marks a thread whose process has to be looked up.</summary>
    internal const int VmToFind = -2;

    /// <summary>Its VM where several are known: an index, -1 when it is no part of one, or <see cref="VmToFind"/>.</summary>
    internal int KnownVm { get; private set; } = -1;

    /// <summary>Whether its process was noted as one that runs VMs.</summary>
    internal bool IsProcessSeen { get; set; }

    /// <summary>Whether the last name has bytes that are no UTF-8.</summary>
    internal bool NameIsDamaged { get; set; }

    /// <summary>Whether <see cref="Role"/> is vcpu or vmm.</summary>
    internal bool RunsVm { get; private set; }

    /// <summary>Virtual CPU number, or -1.</summary>
    public int Vcpu { get; internal set; } = -1;

    /// <summary>Index of its VM, or -1.</summary>
    public int Vm
    {
        get;
        internal set
        {
            field = value;
            SetKnownVm();
        }
    } = -1;

    /// <summary>What its last VM exit says of the page faults that follow.</summary>
    internal FaultOrigin LastExit { get; set; }

    /// <summary>Time of its first event, ns; <see cref="long.MinValue"/> when none had a time.</summary>
    public long FromNs { get; internal set; } = long.MinValue;

    /// <summary>Time of its last event, ns.</summary>
    public long ToNs { get; internal set; } = long.MinValue;

    /// <summary>Aging calls that it made.</summary>
    public long AgingCalls { get; internal set; }

    /// <summary>Test calls that it made.</summary>
    public long TestCalls { get; internal set; }

    /// <summary>VM of its last SPTE change, -1 when unknown: a torn-down table is followed by its entries.</summary>
    internal int LastChangeVm { get; set; } = -1;

    /// <summary>Slot of its aging call whose answer is open, or -1.</summary>
    internal int PendingSlot { get; set; } = -1;

    /// <summary>Whether it may have an aging call that is not over: one whose answer is open, or that is still to be tallied.</summary>
    internal bool MayBeAsking { get; set; }

    /// <summary>What its last aging call asked, until the thread goes on and the call can be tallied.</summary>
    internal OpenCall Call { get; } = new();

    private void SetKnownVm() => KnownVm = Vm >= 0 ? Vm : ProcessVm >= 0 ? ProcessVm : RunsVm && Tgid >= 0 ? VmToFind : -1;
}
