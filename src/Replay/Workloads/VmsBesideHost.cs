using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Workloads;

/// <summary>
/// Two VMs and a program of the host share a machine that is too small for them, each in a cgroup of its own: whoever's memory looks old pays. One
/// VM works on a hot part, the other is mostly idle, the host opens and closes documents.
/// </summary>
/// <remarks>
/// Models: root reclaim over the memcgs of several processes, as on a host without limits per VM.
/// Omits: memory.low and memory.min; kswapd and direct reclaim run inside the fault that woke them.
/// </remarks>
public sealed class VmsBesideHost : IWorkload
{
    private const int BusyPages = 512;
    private const int IdlePages = 512;
    private const int HostPages = 768;
    private const int HotPages = 192;
    private const int DocumentPages = 64;
    private const int Rounds = 40;
    private const int HotAccesses = 120;
    private const int ColdAccesses = 6;
    private const int IdleAccesses = 3;
    private const int UsedAgain = 24;
    private const int FirstOfIdle = BusyPages;
    private const int FirstOfHost = BusyPages + IdlePages;
    private const long BetweenRoundsNs = 20_000_000;

    /// <inheritdoc/>
    public string Name => "vms_beside_host";

    /// <inheritdoc/>
    public string Summary => "a busy VM, an idle VM and a program of the host, each in its own cgroup, on a machine too small for all";

    /// <inheritdoc/>
    public long MachinePages => 1152;

    /// <inheritdoc/>
    public IReadOnlyList<SlotPages> Slots { get; } =
    [
        new("vm1", 1, 0x40000, BusyPages, 0x600000000000, 0),
        new("vm2", 1, 0x80000, IdlePages, 0x610000000000, 0),
        new("vm3", 1, 0xc0000, HostPages, 0x620000000000, 0) { HostOnly = true },
    ];

    /// <inheritdoc/>
    public void Run(ModelledHost host, Xoshiro256 random)
    {
        for (int page = 0; page < FirstOfHost; page++)
        {
            host.Touch(page, write: true);
        }
        for (int round = 0; round < Rounds; round++)
        {
            int document = FirstOfHost + ((int)random.NextBelow(HostPages / DocumentPages) * DocumentPages);
            for (int i = 0; i < DocumentPages; i++)
            {
                host.HostTouch(document + i, write: random.NextBelow(4) == 0);
            }
            for (int i = 0; i < UsedAgain; i++)
            {
                host.HostTouch(document + (int)random.NextBelow(DocumentPages), write: false);
            }
            for (int i = 0; i < HotAccesses; i++)
            {
                host.Touch((int)random.NextBelow(HotPages), write: random.NextBelow(4) == 0);
            }
            for (int i = 0; i < ColdAccesses; i++)
            {
                host.Touch(HotPages + (int)random.NextBelow(BusyPages - HotPages), write: false);
            }
            for (int i = 0; i < IdleAccesses; i++)
            {
                host.Touch(FirstOfIdle + (int)random.NextBelow(IdlePages), write: false);
            }
            host.Idle(BetweenRoundsNs);
        }
    }
}
