using SecondLook.Contracts.Tables;

namespace SecondLook.Reports.Facts;

/// <summary>Wrong decisions of one policy on the head schedule, summed over passes by side and cause.</summary>
public sealed class ErrorSums
{
    private readonly SortedDictionary<(string Side, string Cause), long> _pages = [];

    /// <summary>Sums of all sides and causes that have pages, by side and cause.</summary>
    public IEnumerable<(string Side, string Cause, long Pages)> Rows => _pages.Select(p => (p.Key.Side, p.Key.Cause, p.Value));

    /// <summary>All errors.</summary>
    public long Total => _pages.Values.Sum();

    /// <summary>Errors of one side.</summary>
    /// <param name="side"><c>false_cold</c> or <c>false_hot</c>.</param>
    public long Side(string side) => _pages.Where(p => p.Key.Side == side).Sum(p => p.Value);

    /// <summary>Errors of one side with one cause.</summary>
    public long Of(string side, string cause) => _pages.GetValueOrDefault((side, cause));

    /// <summary>The cause with most errors of a side that something could be done about; null when there is none.</summary>
    public string? MainCause(string side) => _pages
        .Where(p => p.Key.Side == side && p.Key.Cause != "unavoidable")
        .OrderByDescending(p => p.Value).ThenBy(p => p.Key.Cause, StringComparer.Ordinal)
        .Select(p => p.Key.Cause).FirstOrDefault();

    /// <summary>Reads the ledger of a policy; a run without one has no errors charged.</summary>
    public static ErrorSums Read(PolicyReplay policy, Contracts.Runs.RunFolder run)
    {
        ErrorSums sums = new();
        string path = Path.Combine(run.ReplayOf(policy.Name), ErrorCausesTable.Schema.Name + ".parquet");
        if (!File.Exists(path))
        {
            return sums;
        }
        Table table = Table.Read(path, ErrorCausesTable.Schema);
        for (int r = 0; r < table.RowCount; r++)
        {
            (string, string) key = (table[ErrorCausesTable.Side][r], table[ErrorCausesTable.Cause][r]);
            sums._pages[key] = sums._pages.GetValueOrDefault(key) + table[ErrorCausesTable.Pages][r];
        }
        return sums;
    }
}
