using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>One question to one MMU: pages of a slot asked one call each, or one range asked as one call.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Gfns">The guest frames; for single pages the frame of bit 0 is the start.</param>
/// <param name="Asked">Bit i set: frame i is asked; 1 for a range.</param>
/// <param name="IsRange">One call for all frames of the range.</param>
/// <param name="OneCall">A batch of pages asked by one call with a bitmap.</param>
/// <remarks>
/// Models: the arguments of an age handler.
/// Omits: nothing.
/// </remarks>
internal readonly record struct AgeQuery(Memslot Slot, GfnRange Gfns, ulong Asked, bool IsRange, bool OneCall)
{
    /// <summary>Calls that the kernel would make.</summary>
    public long CallsFor(ulong asked) => asked == 0 ? 0 : IsRange || OneCall ? 1 : BitOperations.PopCount(asked);
}
