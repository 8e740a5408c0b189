using System.Text;
using SecondLook.Contracts.Runs;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Reports.Writing;

/// <summary>Writes every metric of every policy, schedule and capacity as Parquet and as CSV.</summary>
internal static class MetricsFiles
{
    /// <summary>Writes <c>metrics.parquet</c> and <c>metrics.csv</c>.</summary>
    public static void Write(ReportModel report, ParquetCodec codec)
    {
        TableBuilder table = new(MetricsTable.Schema);
        StringBuilder csv = new();
        csv.AppendJoin(',', MetricsTable.Schema.Columns.Select(c => c.Name)).Append('\n');
        foreach (MetricRow row in report.Metrics.Rows)
        {
            string better = row.Better switch { MetricDirection.Lower => "lower", MetricDirection.Higher => "higher", _ => "neither" };
            string kind = MetricTable.KindOf(row);
            int r = table.AddRow();
            table[MetricsTable.Policy].Set(r, row.Policy);
            table[MetricsTable.Schedule].Set(r, row.Schedule);
            if (row.Capacity is { } capacity)
            {
                table[MetricsTable.Capacity].Set(r, capacity);
            }
            table[MetricsTable.Metric].Set(r, row.Metric);
            table[MetricsTable.Unit].Set(r, row.Unit);
            table[MetricsTable.Better].Set(r, better);
            table[MetricsTable.Kind].Set(r, kind);
            if (row.Value.Value is { } value)
            {
                table[MetricsTable.Value].Set(r, value);
            }
            else
            {
                table[MetricsTable.Why].Set(r, row.Value.Why);
            }
            (double Low, double High)? range = report.Metrics.Range(row.Policy, row.Metric, row.Capacity);
            if (row.Bounds is { } bounds)
            {
                table[MetricsTable.BoundLow].Set(r, bounds.Low);
                table[MetricsTable.BoundHigh].Set(r, bounds.High);
            }
            if (range is { } spread)
            {
                table[MetricsTable.RangeLow].Set(r, spread.Low);
                table[MetricsTable.RangeHigh].Set(r, spread.High);
            }
            csv.AppendJoin(',', ((string[])
            [
                row.Policy, row.Schedule.ToString(System.Globalization.CultureInfo.InvariantCulture),
                row.Capacity?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", row.Metric, row.Unit, better, kind,
                row.Value.Value is { } number ? Numbers.Data(number) : "", row.Value.Why,
                row.Bounds is { } b ? Numbers.Data(b.Low) : "", row.Bounds is { } c ? Numbers.Data(c.High) : "",
                range is { } d ? Numbers.Data(d.Low) : "", range is { } e ? Numbers.Data(e.High) : "",
            ]).Select(Escape.Csv)).Append('\n');
        }
        ParquetTables.Write(report.Run.Folder.Metrics, table, codec);
        AtomicFile.WriteText(report.Run.Folder.MetricsCsv, csv.ToString());
    }
}
