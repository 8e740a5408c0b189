using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Figures;

/// <summary>Names of policies at the ends of their lines, in the order of the ends, with leaders where they crowd.</summary>
internal static class EndLabels
{
    /// <summary>Draws the names.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="ends">Policy and end of its line, px.</param>
    /// <param name="right">Right end of the plot area, px; names begin 12 px after it.</param>
    /// <param name="bottom">Lowest base line, px.</param>
    public static void Draw(Canvas canvas, IReadOnlyList<(PolicyReplay Policy, double X, double Y)> ends, double right, double bottom)
    {
        double room = canvas.Width - right - 12;
        List<string[]> names = [.. ends.Select(e => Broken(e.Policy.Name, room))];
        double gap = names.Any(n => n.Length > 1) ? 27 : 15;
        double[] at = LabelPlacer.Spread([.. ends.Select(e => e.Y + 4)], gap, 30, bottom);
        for (int i = 0; i < ends.Count; i++)
        {
            (PolicyReplay policy, double x, double y) = ends[i];
            canvas.Line("lead", x + 1, y, right + 10, at[i] - 4);
            if (!policy.Mark.IsReference)
            {
                policy.Mark.Draw(canvas, x, y, 3.4);
            }
            string style = policy.Mark.IsReference ? "it" : policy.Mark.IsKey ? "b" : "lb";
            for (int k = 0; k < names[i].Length; k++)
            {
                canvas.Text(style, right + 12, at[i] + (k * 13), names[i][k]);
            }
        }
    }

    // A long name breaks at its first underscore; one that is still too long is cut.
    private static string[] Broken(string name, double room)
    {
        int characters = Math.Max(4, (int)(room / (11.5 * LabelBox.EmPerCharacter)));
        int at = name.IndexOf('_', StringComparison.Ordinal);
        string[] lines = name.Length <= characters || at < 0 ? [name] : [name[..at], name[(at + 1)..]];
        return [.. lines.Select(l => l.Length <= characters ? l : l[..characters])];
    }
}
