using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Memory;

/// <summary>A part of a memslot that a host range touches.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Gfns">Guest frames of the slot inside the host range.</param>
/// <remarks>
/// Models: <c>struct kvm_gfn_range</c>, include/linux/kvm_host.h.
/// Omits: handler arguments.
/// </remarks>
public readonly record struct SlotGfns(Memslot Slot, GfnRange Gfns);
