namespace SecondLook.Ingest.Formats;

/// <summary>Names of the clocks that perf records with, by the number of the POSIX clock.</summary>
internal static class PerfClock
{
    /// <summary>Name as tracefs spells it; <c>local</c> for perf's own clock and unknown numbers.</summary>
    public static string NameOf(int clockId) => clockId switch
    {
        0 => "realtime",
        1 => "mono",
        4 => "mono_raw",
        7 => "boot",
        11 => "tai",
        _ => "local",
    };
}
