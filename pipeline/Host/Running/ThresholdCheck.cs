using System.Globalization;
using SecondLook.Contracts.Jobs;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;

namespace SecondLook.Host.Running;

/// <summary>Holds the metrics of a finished run against the thresholds of its job.</summary>
public static class ThresholdCheck
{
    /// <summary>Prints each violated threshold on stderr.</summary>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Difference"/> when one is violated.</returns>
    public static int Run(Job job, RunFolder folder)
    {
        int code = ExitCode.Done;
        foreach ((string key, string violation) in Violations(job, folder))
        {
            Console.Error.WriteLine($"secondlook: threshold {key}: {violation}");
            code = ExitCode.Difference;
        }
        return code;
    }

    /// <summary>Each violated threshold on each schedule: its key, and by what it is violated.</summary>
    public static List<(string Key, string Violation)> Violations(Job job, RunFolder folder)
    {
        List<(string, string)> violations = [];
        if (job.Thresholds.Count == 0)
        {
            return violations;
        }
        Table metrics = Table.Read(folder.Metrics, MetricsTable.Schema);
        for (int row = 0; row < metrics.RowCount; row++)
        {
            string key = $"{metrics[MetricsTable.Policy][row]}.{metrics[MetricsTable.Metric][row]}";
            if (job.Thresholds.TryGetValue(key, out double limit)
                && !metrics.IsNull(MetricsTable.Value, row)
                && metrics[MetricsTable.Value][row] > limit)
            {
                violations.Add((key, string.Create(CultureInfo.InvariantCulture, $"{metrics[MetricsTable.Value][row]} is above {limit} (schedule {metrics[MetricsTable.Schedule][row]})")));
            }
        }
        return violations;
    }
}
