namespace SecondLook.Ingest.Tracepoints;

/// <summary>Names of the exit reasons that matter here, by their raw number.</summary>
internal static class ExitReasons
{
    /// <summary>Name of a reason.</summary>
    /// <param name="reason">Raw number; the low 16 bits count on Intel.</param>
    /// <param name="isa">1 = Intel VMX, 2 = AMD SVM.</param>
    /// <returns>The name, or null when it is not one of them.</returns>
    public static string? NameOf(ulong reason, ulong isa) => (isa, isa == 1 ? reason & 0xffff : reason) switch
    {
        (1, 0) => "EXCEPTION_NMI",
        (1, 48) => "EPT_VIOLATION",
        (1, 49) => "EPT_MISCONFIG",
        (1, 62) => "PML_FULL",
        (2, 0x400) => "npf",
        _ => null,
    };
}
