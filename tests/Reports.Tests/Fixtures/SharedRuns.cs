using System.Collections.Concurrent;

namespace SecondLook.Reports.Tests.Fixtures;

/// <summary>Reported fixture runs that tests only read: made once, removed when the process ends.</summary>
public static class SharedRuns
{
    private static readonly ConcurrentDictionary<string, Lazy<FixtureRun>> Runs = new(StringComparer.Ordinal);

    static SharedRuns() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (Lazy<FixtureRun> run in Runs.Values)
        {
            run.Value.Dispose();
        }
    };

    /// <summary>The run of that name; do not change its files.</summary>
    public static FixtureRun Of(string name) => Runs.GetOrAdd(name, n => new Lazy<FixtureRun>(() => new FixtureRun(FixtureRuns.Of(n)).Report())).Value;
}
