using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Hosts;

/// <summary>One VM process of the host: its page tables, its notifier with the VM behind it, and its aging policy.</summary>
public sealed class HostProcess
{
    private int _nestedContext = -1;

    /// <summary>Creates a process with an empty VM.</summary>
    /// <param name="name">Name of the VM.</param>
    /// <param name="knobs">Aging policy.</param>
    /// <param name="config">Facts of the VM.</param>
    /// <param name="hasVm">False for a process without any notifier: host memory that no guest uses.</param>
    public HostProcess(string name, AgingKnobs knobs, KvmConfig config, bool hasVm = true)
    {
        Name = name;
        Notifier = new MmuNotifier(knobs.Kvm);
        Vm = new KvmVm(config, Primary) { VcpusInGuest = config.Vcpus };
        if (config.TlbTranslations > 0)
        {
            Vm.Tlb = new TlbModel(config.Vcpus, config.TlbTranslations);
        }
        if (hasVm)
        {
            Notifier.Register(Vm);
        }
        Aging = new MmAging(Primary, Notifier, knobs);
    }

    /// <summary>Name of the VM.</summary>
    public string Name { get; }

    /// <summary>Page tables of the process.</summary>
    public PrimaryMmu Primary { get; } = new();

    /// <summary>Its notifier.</summary>
    public MmuNotifier Notifier { get; }

    /// <summary>The VM.</summary>
    public KvmVm Vm { get; }

    /// <summary>Reclaim's view under the policy.</summary>
    public MmAging Aging { get; }

    /// <summary>Context of the nested guest; made at its first use, for its root is what makes reverse maps exist.</summary>
    public int NestedContext
    {
        get
        {
            if (_nestedContext < 0)
            {
                _nestedContext = Notifier.CreateNested(Vm);
            }
            return _nestedContext;
        }
    }

    /// <summary>Whether a secondary entry of a frame is there and accessed.</summary>
    public bool SecondaryYoung(Gfn gfn)
    {
        AgeTally tally = default;
        foreach (ISecondaryMmu mmu in Vm.AllMmus())
        {
            if (Vm.SlotsOf(0).Find(gfn) is Memslot slot && mmu.AgeWord(slot, gfn.Value, 1, clear: false, ref tally) != 0)
            {
                return true;
            }
        }
        return false;
    }
}
