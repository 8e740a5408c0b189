namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>Kinds of records in a perf.data.</summary>
internal enum PerfRecord
{
    /// <summary>Events were lost.</summary>
    Lost = 2,

    /// <summary>A thread has a name.</summary>
    Comm = 3,

    /// <summary>A thread ended.</summary>
    Exit = 4,

    /// <summary>A thread began.</summary>
    Fork = 7,

    /// <summary>A sample.</summary>
    Sample = 9,

    /// <summary>Samples were lost.</summary>
    LostSamples = 13,

    /// <summary>Last kind that the kernel makes, with room for later ones.</summary>
    LastOfKernel = 31,

    /// <summary>An attribute and its ids (pipe).</summary>
    Attribute = 64,

    /// <summary>Event formats follow (pipe).</summary>
    TracingData = 66,

    /// <summary>All CPUs were read once.</summary>
    FinishedRound = 68,

    /// <summary>Hardware trace data follows.</summary>
    AuxTrace = 71,

    /// <summary>A feature (pipe).</summary>
    Feature = 80,

    /// <summary>Packed records.</summary>
    Compressed = 81,

    /// <summary>Packed records with their exact length.</summary>
    Compressed2 = 83,

    /// <summary>Last kind that perf makes, with room for later ones.</summary>
    LastOfPerf = 95,
}
