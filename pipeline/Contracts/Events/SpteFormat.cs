namespace SecondLook.Contracts.Events;

/// <summary>Bit layout of the SPTEs of a capture.</summary>
public enum SpteFormat : byte
{
    /// <summary>Intel EPT: accessed is bit 8.</summary>
    Ept = 1,

    /// <summary>AMD NPT and shadow paging: accessed is bit 5.</summary>
    Npt = 2,

    /// <summary>Not told by the capture.</summary>
    None = 3,
}
