using System.Globalization;

namespace SecondLook.Ingest.Capture;

/// <summary>One step of a capture's plan.</summary>
/// <param name="Step">Number.</param>
/// <param name="BeginNs">When it began, CLOCK_MONOTONIC.</param>
/// <param name="EndNs">When it ended.</param>
/// <param name="Action">Word, such as <c>age</c>.</param>
/// <param name="Rc">Return code, negative errno; null when not recorded.</param>
/// <param name="Detail">Arguments.</param>
internal sealed record ActionRow(int Step, long BeginNs, long EndNs, string Action, int? Rc, string Detail)
{
    /// <summary>Reads the rows of <c>actions.csv</c>; rows that do not parse go to <paramref name="bad"/>.</summary>
    public static List<ActionRow> Read(string[] lines, Action<int, string, string> bad)
    {
        List<ActionRow> rows = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0)
            {
                continue;
            }
            string[] f = line.Split(',', 6);
            if (f.Length < 5 || !int.TryParse(f[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step)
                || !long.TryParse(f[1], NumberStyles.None, CultureInfo.InvariantCulture, out long begin)
                || !long.TryParse(f[2], NumberStyles.None, CultureInfo.InvariantCulture, out long end))
            {
                bad(i + 1, "malformed_row", line);
                continue;
            }
            int? rc = int.TryParse(f[4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int code) ? code : null;
            string detail = f.Length > 5 ? f[5].Trim() : "";
            detail = detail.Length >= 2 && detail[0] == '"' && detail[^1] == '"' ? detail[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : detail;
            rows.Add(new ActionRow(step, begin, end, f[3], rc, detail));
        }
        return rows;
    }
}
