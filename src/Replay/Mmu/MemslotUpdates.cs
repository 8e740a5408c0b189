namespace SecondLook.Replay.Mmu;

/// <summary>Memslot generations of a VM: one number per address space, unique over all, with a bit while an update is in flight.</summary>
/// <remarks>
/// Models: <c>kvm_swap_active_memslots</c>, virt/kvm/kvm_main.c, 6.1 to 7.2.
/// Omits: the old and new layout side by side; readers under SRCU see either, a replay has one.
/// </remarks>
public sealed class MemslotUpdates
{
    private readonly ulong[] _generation;

    /// <summary>Starts at the numbers of a new VM: address space i at i.</summary>
    /// <param name="addressSpaces">1 or 2.</param>
    public MemslotUpdates(int addressSpaces)
    {
        _generation = new ulong[addressSpaces];
        for (int i = 0; i < addressSpaces; i++)
        {
            _generation[i] = (ulong)i;
        }
    }

    /// <summary>Generation of an address space, with <see cref="MmioSpte.InFlux"/> while an update is in flight.</summary>
    public ulong this[int addressSpace]
    {
        get => _generation[addressSpace];
        set => _generation[addressSpace] = value;
    }

    /// <summary>An update begins: entries made or read from now on are not trusted.</summary>
    public void Begin(int addressSpace) => _generation[addressSpace] |= MmioSpte.InFlux;

    /// <summary>An update ends.</summary>
    /// <returns>The new generation.</returns>
    public ulong End(int addressSpace) =>
        _generation[addressSpace] = (_generation[addressSpace] & ~MmioSpte.InFlux) + (ulong)_generation.Length;
}
