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
        if (job.Thresholds.Count == 0)
        {
            return ExitCode.Done;
        }
        int code = ExitCode.Done;
        Table metrics = Table.Read(folder.Metrics, MetricsTable.Schema);
        for (int row = 0; row < metrics.RowCount; row++)
        {
            string key = $"{metrics[MetricsTable.Policy][row]}.{metrics[MetricsTable.Metric][row]}";
            if (job.Thresholds.TryGetValue(key, out double limit)
                && !metrics.IsNull(MetricsTable.Value, row)
                && metrics[MetricsTable.Value][row] > limit)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"secondlook: threshold {key}: {metrics[MetricsTable.Value][row]} is above {limit} (schedule {metrics[MetricsTable.Schedule][row]})"));
                code = ExitCode.Difference;
            }
        }
        return code;
    }
}
