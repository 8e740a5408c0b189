using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>One set of page tables that a guest runs on, beside the host's own.</summary>
/// <remarks>
/// Models: the x86 TDP MMU, the x86 shadow MMU and arm64 stage-2 as far as age queries and zaps see them.
/// Omits: locks, which <see cref="KvmVm"/> charges by policy.
/// </remarks>
public interface ISecondaryMmu
{
    /// <summary>Leaf entries, of any level.</summary>
    long LeafCount { get; }

    /// <summary>Bytes held for tables and reverse maps.</summary>
    long SizeBytes { get; }

    /// <summary>Ages up to 64 guest frames as one call each would.</summary>
    /// <param name="slot">Slot that holds the frames.</param>
    /// <param name="gfn">Frame of bit 0.</param>
    /// <param name="asked">Bit i set: gfn + i is asked.</param>
    /// <param name="clear">Whether young bits are cleared.</param>
    /// <param name="tally">What was touched is added.</param>
    /// <returns>Bit i set: gfn + i was asked and young.</returns>
    ulong AgeWord(Memslot slot, ulong gfn, ulong asked, bool clear, ref AgeTally tally);

    /// <summary>Ages a range of guest frames as one call.</summary>
    /// <param name="slot">Slot that holds the frames.</param>
    /// <param name="gfns">The frames.</param>
    /// <param name="clear">Whether young bits are cleared.</param>
    /// <param name="stopAtYoung">A test returns at the first young entry.</param>
    /// <param name="tally">What was touched is added.</param>
    /// <returns>Whether any entry was young.</returns>
    bool AgeRange(Memslot slot, GfnRange gfns, bool clear, bool stopAtYoung, ref AgeTally tally);

    /// <summary>Removes all leafs of guest frames of a slot; blocks that reach outside go as a whole.</summary>
    /// <returns>Leafs removed.</returns>
    long Zap(Memslot slot, GfnRange gfns);

    /// <summary>Checks that counts and tables agree.</summary>
    /// <returns>What is wrong, or null.</returns>
    string? FindBrokenInvariant();
}
