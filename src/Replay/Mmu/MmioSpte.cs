namespace SecondLook.Replay.Mmu;

/// <summary>x86 entries that cache "no memslot here": they carry a truncated memslot generation and never count as young.</summary>
/// <remarks>
/// <code>
/// bits of the word   0-2 access   3..(2 + low) generation, low part   12.. gfn   51 marker   52-62 generation, high part
/// low = 8 (19 bits of generation, 6.1 and 6.12) or 7 (18 bits, 7.2); the high part has 11 bits
/// </code>
/// Models: <c>make_mmio_spte</c>, <c>check_mmio_spte</c> and <c>kvm_mmu_invalidate_mmio_sptes</c>, arch/x86/kvm/mmu, 6.1 to 7.2.
/// Omits: the per-vCPU cache of the last MMIO address, beyond <see cref="MayCache"/>.
/// </remarks>
public sealed class MmioSpte
{
    /// <summary>Set in a generation while an update is in flight.</summary>
    public const ulong InFlux = 1UL << 63;

    private const int HighBits = 11;
    private const int HighShift = 52;
    private const int LowShift = 3;
    private const ulong Marker = 1UL << 51;

    private readonly int _lowBits;

    /// <summary>Chooses a layout.</summary>
    /// <param name="generationBits">19 (6.1, 6.12) or 18 (7.2).</param>
    public MmioSpte(int generationBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(generationBits, HighBits);
        _lowBits = generationBits - HighBits;
        Mask = (1UL << generationBits) - 1;
    }

    /// <summary>Bits of a generation that entries keep.</summary>
    public ulong Mask { get; }

    /// <summary>The generation part of an entry.</summary>
    public ulong EncodeGeneration(ulong generation)
    {
        ulong kept = generation & Mask;
        return ((kept & ((1UL << _lowBits) - 1)) << LowShift) | (kept >> _lowBits << HighShift);
    }

    /// <summary>The generation that an entry keeps.</summary>
    public ulong DecodeGeneration(ulong spte) =>
        ((spte >> LowShift) & ((1UL << _lowBits) - 1)) | ((spte >> HighShift & ((1UL << HighBits) - 1)) << _lowBits);

    /// <summary>The whole entry as kernels on AMD machines print it.</summary>
    /// <param name="gfn">Guest frame.</param>
    /// <param name="access">Access bits, 0 to 7.</param>
    /// <param name="generation">Generation of the address space.</param>
    public ulong Encode(ulong gfn, int access, ulong generation) =>
        Marker | (gfn << 12) | EncodeGeneration(generation) | (uint)access;

    /// <summary>Whether an entry may still be used.</summary>
    /// <param name="spteGeneration">Generation kept in the entry.</param>
    /// <param name="active">Generation of the address space, with <see cref="InFlux"/> while an update is in flight.</param>
    public bool IsValid(ulong spteGeneration, ulong active) =>
        (active & InFlux) == 0 && (active & Mask) == (spteGeneration & Mask);

    /// <summary>Whether the per-vCPU cache may be filled now.</summary>
    public static bool MayCache(ulong active) => (active & InFlux) == 0;

    /// <summary>Whether an update ends on a number that old entries might bear: everything is zapped then.</summary>
    /// <param name="newGeneration">Generation after the update.</param>
    /// <param name="addressSpaces">Address spaces of the VM.</param>
    public bool Wraps(ulong newGeneration, int addressSpaces) =>
        (newGeneration & Mask & ~(ulong)(addressSpaces - 1)) == 0;
}
