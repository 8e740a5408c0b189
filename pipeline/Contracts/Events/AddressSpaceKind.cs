namespace SecondLook.Contracts.Events;

/// <summary>Which address space <see cref="TraceEvent.Start"/> and <see cref="TraceEvent.End"/> belong to.</summary>
public enum AddressSpaceKind : byte
{
    /// <summary>Host user virtual addresses of the VMM, bytes.</summary>
    Hva = 1,

    /// <summary>Guest physical addresses, bytes.</summary>
    Gpa = 2,

    /// <summary>Guest frame numbers, pages.</summary>
    Gfn = 3,

    /// <summary>Host frame numbers, pages.</summary>
    Pfn = 4,

    /// <summary>Guest virtual addresses, bytes.</summary>
    Gva = 5,
}
