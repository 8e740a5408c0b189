using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Tables;
using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Figures;

/// <summary>P12: what the notifier calls of each policy take, by hook and lock class.</summary>
[CatalogEntry("p12", "notifier cost: calls a second by hook and lock class")]
public sealed class NotifierCost : IFigure
{
    private const string XTitle = "calls per s";
    private static readonly string[] Columns = ["policy", "hook", "lock", "calls", "calls_per_s", "entries_visited", "flushes"];
    private static readonly string[] Hooks = ["clear_young", "clear_flush_young", "test_young", "invalidate", "memslot_change", "mmio"];
    private static readonly (string Lock, string Style)[] Locks = [("write", "c1"), ("read", "c2"), ("rmap", "c3"), ("rcu", "c4"), ("none", "c7")];

    /// <inheritdoc/>
    public string Title => "What the notifier calls cost";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report)
    {
        RunTables run = report.Run;
        double seconds = run.Facts.SpanNs / 1e9;
        FigureSeries series = new(Columns);
        List<Row> rows = [];
        foreach (PolicyReplay policy in run.Policies.Where(p => !p.Mark.IsReference))
        {
            SortedDictionary<(string Hook, string Lock), double> cells = [];
            Table? table = policy.Costs.Values;
            foreach (int r in policy.Costs.Rows(run.Head.Id, run.HeadCapacity))
            {
                string hook = table![CostsTable.Hook][r];
                if (Hooks.Contains(hook, StringComparer.Ordinal) && seconds > 0)
                {
                    long calls = table[CostsTable.Calls][r];
                    (string, string) key = (hook, table[CostsTable.Lock][r]);
                    cells[key] = cells.GetValueOrDefault(key) + (calls / seconds);
                    series.Add(policy.Name, hook, key.Item2, calls, calls / seconds, table[CostsTable.EntriesVisited][r], table[CostsTable.Flushes][r]);
                }
            }
            if (cells.Values.Sum() > 0)
            {
                rows.Add(new Row(policy, cells));
            }
        }
        if (rows.Count == 0)
        {
            return FigurePlan.Empty("policy", XTitle, Columns, "No policy of the job makes notifier calls: 0 calls. Add a policy with an MGLRU or classic profile.");
        }
        string[] hooks = [.. Hooks.Where(h => rows.Any(r => r.Calls(h) > 0))];
        string[] locks = [.. Locks.Select(l => l.Lock).Where(l => rows.Any(r => r.Cells.Any(c => c.Key.Lock == l)))];
        return new FigurePlan
        {
            Short = "Full tone: mmu_lock for write. All hooks.",
            Read = "A row is a policy, a column is a hook, its length the calls a second; full tone takes mmu_lock for write, the faintest takes no lock.",
            Decides = "The mmu_lock argument: compare the tones, not the lengths.",
            Source = $"Counted in the model on the schedule {run.Head.Name}; waiting for the lock is not modelled. The small drawing adds all hooks up. Lock classes seen: {string.Join(", ", locks)}.",
            Description = "Calls per second by policy and hook, stacked by lock class.",
            Series = series,
            LargeHeight = Math.Clamp(92 + (rows.Count * 26), 200, 420),
            SmallHeight = Math.Clamp(100 + (rows.Count * 30), 218, 460),
            Draw = canvas => Draw(canvas, rows, hooks, locks),
        };
    }

    private static void Draw(Canvas canvas, List<Row> rows, string[] hooks, string[] locks)
    {
        double names = Math.Clamp((rows.Max(r => r.Policy.Name.Length) * 11.5 * LabelBox.EmPerCharacter) + 24, 60, canvas.Small ? 140 : 190);
        string[] columns = canvas.Small ? [""] : hooks;
        const double Gap = 22;
        double right = canvas.Width - 14;
        double width = (right - names - (Gap * (columns.Length - 1))) / columns.Length;
        const double Top = 50;
        double bottom = canvas.Height - 36;
        double step = (bottom - Top) / rows.Count;
        double max = rows.Max(r => columns.Max(c => c.Length == 0 ? hooks.Sum(r.Calls) : r.Calls(c)));
        DrawKey(canvas, locks);
        for (int c = 0; c < columns.Length; c++)
        {
            double left = names + (c * (width + Gap));
            LinearScale x = LinearScale.Exact(0, max * 1.04, left, left + width, canvas.Small ? 3 : Math.Max(2, 6 / columns.Length));
            if (columns[c].Length > 0)
            {
                canvas.Text("b", left, Top - 8, columns[c]);
            }
            for (int i = 0; i < rows.Count; i++)
            {
                double y = Top + ((i + 0.5) * step);
                double at = left;
                foreach ((string lockClass, string style) in Locks)
                {
                    double calls = (columns[c].Length == 0 ? hooks : [columns[c]]).Sum(h => rows[i].Cells.GetValueOrDefault((h, lockClass)));
                    double length = x.Pixel(calls) - left;
                    if (length > 0.3)
                    {
                        canvas.Rectangle(style, at, y - 6, Math.Max(0.8, length - 1.2), 12);
                        at += length;
                    }
                }
            }
            Axes.Horizontal(canvas, x, bottom, c == columns.Length - 1 ? XTitle : "");
        }
        for (int i = 0; i < rows.Count; i++)
        {
            double y = Top + ((i + 0.5) * step);
            rows[i].Policy.Mark.Draw(canvas, 6, y, 3.4);
            int room = (int)((names - 20) / (11.5 * LabelBox.EmPerCharacter));
            string name = rows[i].Policy.Name;
            canvas.Text(rows[i].Policy.Mark.IsKey ? "b" : "lb", 16, y + 4, name.Length <= room ? name : name[..room]);
        }
    }

    private static void DrawKey(Canvas canvas, string[] locks)
    {
        double x = 0;
        foreach ((string lockClass, string style) in Locks.Where(l => locks.Contains(l.Lock, StringComparer.Ordinal)))
        {
            string text = lockClass switch { "write" => "write lock", "read" => "read lock", "rmap" => "rmap lock", "none" => "no lock", _ => lockClass };
            canvas.Rectangle(style, x, 5, 9, 9);
            canvas.Text("tk", x + 14, 14, text);
            x += 14 + (text.Length * 10.5 * LabelBox.EmPerCharacter) + 14;
        }
    }

    private sealed record Row(PolicyReplay Policy, SortedDictionary<(string Hook, string Lock), double> Cells)
    {
        public double Calls(string hook) => Cells.Where(c => c.Key.Hook == hook).Sum(c => c.Value);
    }
}
