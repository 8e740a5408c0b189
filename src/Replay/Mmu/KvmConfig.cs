namespace SecondLook.Replay.Mmu;

/// <summary>Processor architecture of a host.</summary>
public enum KvmArch
{
    /// <summary>x86-64.</summary>
    X86,

    /// <summary>arm64 with 4 KiB granule.</summary>
    Arm64,
}

/// <summary>What a VM is made of: the facts of host and VM that age answers depend on.</summary>
/// <remarks>
/// Models: module parameters and VM type, arch/x86/kvm/mmu/mmu.c, arch/arm64/kvm.
/// Omits: protected and encrypted VMs.
/// </remarks>
public sealed record KvmConfig
{
    /// <summary>Architecture.</summary>
    public KvmArch Arch { get; init; } = KvmArch.X86;

    /// <summary>x86 module parameter: false means that the shadow MMU runs everything, even with EPT or NPT on.</summary>
    public bool TdpMmuEnabled { get; init; } = true;

    /// <summary>Hardware A/D bits in EPT or NPT; on arm64 the hardware access flag.</summary>
    public bool AdBits { get; init; } = true;

    /// <summary>Address spaces: 2 on x86 (the second is SMM), 1 for private-memory VMs and elsewhere.</summary>
    public int AddressSpaces { get; init; } = 1;

    /// <summary>Virtual CPUs; a remote flush kicks those in guest mode.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>NX-huge-page mitigation: executable accesses are mapped by 4 KiB.</summary>
    public bool NxHugePages { get; init; }

    /// <summary>Bits of a memslot generation that MMIO entries keep: 19 on 6.1 and 6.12, 18 on 7.2.</summary>
    public int MmioGenerationBits { get; init; } = 18;

    /// <summary>
    /// The guest's own accesses are those of an L2 in it, where a capture does not tell them apart: L1 runs on the TDP MMU (or stage-2), the L2 on
    /// shadow pages (or a nested stage-2) of the same frames.
    /// </summary>
    public bool Nested { get; init; }

    /// <summary>The L1 keeps accessed and dirty bits on in the tables of its L2; an L1 may switch them off although the CPU has them.</summary>
    public bool NestedAdBits { get; init; } = true;

    /// <summary>What the deletion of a memslot removes.</summary>
    public ZapMechanism SlotDeletion { get; init; } = ZapMechanism.ZapAllFast;

    /// <summary>Translations that each vCPU caches and uses without setting accessed bits (1.12); 0: every access walks the tables.</summary>
    public int TlbTranslations { get; init; }

    /// <summary>Slots that are aligned for it are mapped by 2 MiB, so that one accessed bit stands for 512 pages.</summary>
    public bool HugeLeafs { get; init; }

    /// <summary>The VM keeps the default type; others delete slots by leafs only.</summary>
    public bool DefaultType { get; init; } = true;
}
