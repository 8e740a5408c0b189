using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>One virtual machine: its memslots, its secondary MMUs, its open invalidations. One subscriber of one process.</summary>
/// <remarks>
/// Models: <c>struct kvm</c> as far as aging, faults and zaps go, virt/kvm/kvm_main.c, arch/x86/kvm, arch/arm64/kvm.
/// Omits: vCPU state beyond the address space it runs in.
/// </remarks>
public sealed partial class KvmVm
{
    private readonly MemslotTable[] _slots;
    private readonly List<SlotGfns> _parts = [];
    private readonly byte[] _addressSpaceOfVcpu;

    /// <summary>Creates a VM without memory.</summary>
    /// <param name="config">Facts of host and VM.</param>
    /// <param name="primary">Page tables of the host process.</param>
    public KvmVm(KvmConfig config, PrimaryMmu primary)
    {
        Config = config;
        Primary = primary;
        _addressSpaceOfVcpu = new byte[config.Vcpus];
        Generations = new MemslotUpdates(config.AddressSpaces);
        Mmio = new MmioSpte(config.MmioGenerationBits);
        _slots = new MemslotTable[config.AddressSpaces];
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new MemslotTable();
        }
        if (config.Arch == KvmArch.Arm64)
        {
            Stage2 = new Stage2Mmu(config.AdBits);
            return;
        }
        Shadow = new ShadowMmu(config.AddressSpaces);
        if (config.TdpMmuEnabled)
        {
            Tdp = new TdpMmu(config.AddressSpaces, config.AdBits);
        }
        else
        {
            DirectShadow = Shadow.CreateContext(direct: true, config.AdBits);
        }
    }

    /// <summary>Facts of host and VM.</summary>
    public KvmConfig Config { get; }

    /// <summary>Page tables of the host process.</summary>
    public PrimaryMmu Primary { get; }

    /// <summary>x86 TDP MMU; null on arm64 and when it is switched off.</summary>
    public TdpMmu? Tdp { get; }

    /// <summary>x86 shadow MMU; null on arm64.</summary>
    public ShadowMmu? Shadow { get; }

    /// <summary>Shadow context that maps the guest's own frames when the TDP MMU is off; else null.</summary>
    public ShadowContext? DirectShadow { get; }

    /// <summary>arm64 stage-2; null on x86.</summary>
    public Stage2Mmu? Stage2 { get; }

    /// <summary>Open invalidations.</summary>
    public InvalidationState Invalidation { get; } = new();

    /// <summary>Cached translations of the vCPUs; null (the default): every access walks the tables and sets its bits.</summary>
    public TlbModel? Tlb { get; set; }

    /// <summary>vCPUs in guest mode, which a remote flush kicks.</summary>
    public int VcpusInGuest { get; set; } = 1;

    /// <summary>mmu_lock is contended right now; only the rejected trylock policy asks.</summary>
    public bool MmuLockContended { get; set; }

    /// <summary>Reverse maps exist: without the TDP MMU always, else from the first shadow root on, for ever.</summary>
    public bool HaveRmaps => Shadow is not null && (!Config.TdpMmuEnabled || Shadow.RootAllocated);

    /// <summary>Shadow entries may exist: without the TDP MMU always, else while shadow pages of guest tables live.</summary>
    public bool MayHaveShadow => Shadow is not null && (!Config.TdpMmuEnabled || Shadow.IndirectPages > 0);

    /// <summary>Address space that a vCPU runs in: 0 unless it was moved to SMM.</summary>
    public int AddressSpaceOf(int vcpu) => (uint)vcpu < (uint)_addressSpaceOfVcpu.Length ? _addressSpaceOfVcpu[vcpu] : 0;

    /// <summary>Moves a vCPU to an address space (1 = SMM).</summary>
    public void EnterAddressSpace(int vcpu, int addressSpace) => _addressSpaceOfVcpu[vcpu] = (byte)addressSpace;

    /// <summary>Slots of an address space.</summary>
    public MemslotTable SlotsOf(int addressSpace) => _slots[addressSpace];

    /// <summary>Whether the VM claims fast aging under some rules: a property of its MMUs and of run-time settings, never of the caller.</summary>
    public bool HasFastAging(KvmRules rules) => rules.Capability switch
    {
        FastCapability.TdpWithAdBits => Config is { Arch: KvmArch.X86, TdpMmuEnabled: true, AdBits: true },
        FastCapability.TdpMmuOn => Config is { Arch: KvmArch.X86, TdpMmuEnabled: true },
        FastCapability.AnyX86 => Config.Arch == KvmArch.X86,
        FastCapability.LockFree => !MmuLockContended,
        _ => false,
    };

    /// <summary>All MMUs of the VM.</summary>
    internal ISecondaryMmu[] AllMmus() => Stage2 is not null ? [Stage2] : Tdp is not null ? [Tdp, Shadow!] : [Shadow!];

    /// <summary>Parts of slots, over all address spaces, that a host range touches; valid until the next call.</summary>
    internal List<SlotGfns> PartsOf(HvaRange range)
    {
        if (_slots.Length == 1)
        {
            _slots[0].GfnsOf(range, _parts);
            return _parts;
        }
        var all = new List<SlotGfns>();
        foreach (MemslotTable table in _slots)
        {
            table.GfnsOf(range, _parts);
            all.AddRange(_parts);
        }
        return all;
    }

    /// <summary>Removes all entries of guest frames of a slot from every MMU.</summary>
    internal long Zap(Memslot slot, GfnRange gfns)
    {
        long zapped = 0;
        foreach (ISecondaryMmu mmu in AllMmus())
        {
            zapped += mmu.Zap(slot, gfns);
        }
        return zapped;
    }

    /// <summary>Looks for a contradiction in any MMU.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? FindBrokenInvariant()
    {
        foreach (ISecondaryMmu mmu in AllMmus())
        {
            if (mmu.FindBrokenInvariant() is { } broken)
            {
                return broken;
            }
        }
        return Invalidation.InProgress < 0 ? "more invalidations ended than began" : null;
    }
}
