namespace SecondLook.Reports.Drawing;

/// <summary>Finds room for labels beside their marks: near places first, then farther ones with a leader.</summary>
/// <param name="canvas">Where the labels go; text already drawn is kept clear.</param>
public sealed class LabelPlacer(Canvas canvas)
{
    private static readonly (double Dx, double Dy, TextAnchor Anchor)[] Places = MakePlaces();
    private readonly List<LabelBox> _obstacles = [];

    /// <summary>Keeps a rectangle clear, such as a mark or an interval box.</summary>
    public void Avoid(double left, double top, double right, double bottom) => _obstacles.Add(new LabelBox(left, top, right, bottom, ""));

    /// <summary>Keeps a horizontal line clear, as far as there is other room.</summary>
    public void AvoidLine(double y, double left, double right) => Avoid(left, y - 1, right, y + 1);

    /// <summary>Draws a label for the mark at a point.</summary>
    /// <param name="style">Style of the text.</param>
    /// <param name="x">Middle of the mark, px.</param>
    /// <param name="y">Middle of the mark, px.</param>
    /// <param name="reach">Distance from the middle to where a label may begin, px.</param>
    /// <param name="text">The label.</param>
    /// <param name="top">Highest line that text may reach, px.</param>
    /// <param name="bottom">Lowest line that text may reach, px.</param>
    public void Place(string style, double x, double y, double reach, string text, double top, double bottom)
    {
        double best = double.PositiveInfinity;
        (double X, double Y, TextAnchor Anchor, double Far) choice = default;
        double size = Canvas.SizeOf(style);
        foreach ((double dx, double dy, TextAnchor anchor) in Places)
        {
            double far = Math.Max(Math.Abs(dx), Math.Abs(dy));
            double px = x + (dx == 0 ? 0 : Math.Sign(dx) * (reach + (Math.Abs(dx) - 1)));
            double py = y + (dy == 0 ? 0 : Math.Sign(dy) * (reach + (Math.Abs(dy) - 1))) + (dy < 0 ? -0.22 * size : dy > 0 ? 0.78 * size : 0.33 * size);
            LabelBox box = LabelBox.Of(px, py, text, size, anchor);
            if (box.Left < 0 || box.Right > canvas.Width || box.Top < top || box.Bottom > bottom)
            {
                continue;
            }
            double cost = far * 0.9;
            foreach (LabelBox other in canvas.Labels)
            {
                cost += other.Overlaps(box) ? 1e6 + other.Shared(box) : 0;
            }
            foreach (LabelBox other in _obstacles)
            {
                cost += other.Overlaps(box) ? 90 + other.Shared(box) : 0;
            }
            if (cost < best)
            {
                best = cost;
                choice = (px, py, anchor, far);
            }
        }
        if (double.IsPositiveInfinity(best))
        {
            choice = (Math.Min(x + reach, canvas.Width - (text.Length * size * LabelBox.EmPerCharacter)), y + (0.33 * size), TextAnchor.Start, 1);
        }
        if (choice.Far > 6)
        {
            double toY = choice.Y - (0.33 * size);
            double length = Math.Sqrt(((choice.X - x) * (choice.X - x)) + ((toY - y) * (toY - y)));
            double skip = Math.Min(1, 5 / Math.Max(length, 1));
            canvas.Line("lead", x + ((choice.X - x) * skip), y + ((toY - y) * skip), choice.X, toY + (choice.Y < y ? 0.4 * size : choice.Y > y + size ? -0.45 * size : 0));
        }
        canvas.Text(style, choice.X, choice.Y, text, choice.Anchor);
    }

    /// <summary>Spreads labels in a column so that none touches the next, moving each as little as the order allows.</summary>
    /// <param name="wanted">Base lines wanted, any order.</param>
    /// <param name="gap">Distance between base lines, px.</param>
    /// <param name="top">Smallest base line.</param>
    /// <param name="bottom">Largest base line.</param>
    /// <returns>Base lines in the order of <paramref name="wanted"/>.</returns>
    public static double[] Spread(IReadOnlyList<double> wanted, double gap, double top, double bottom)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i]).ThenBy(i => i)];
        double[] result = new double[wanted.Count];
        double free = top;
        foreach (int i in order)
        {
            result[i] = Math.Max(wanted[i], free);
            free = result[i] + gap;
        }
        double limit = bottom;
        foreach (int i in order.Reverse())
        {
            result[i] = Math.Min(result[i], limit);
            limit = result[i] - gap;
        }
        return result;
    }

    private static (double Dx, double Dy, TextAnchor Anchor)[] MakePlaces()
    {
        List<(double, double, TextAnchor)> places = [];
        foreach (double far in (double[])[1, 4, 10, 18, 28, 40, 54, 70, 90])
        {
            places.Add((far, 0, TextAnchor.Start));
            places.Add((0, -far, TextAnchor.Middle));
            places.Add((0, far, TextAnchor.Middle));
            places.Add((-far, 0, TextAnchor.End));
            places.Add((far, -far, TextAnchor.Start));
            places.Add((far, far, TextAnchor.Start));
            places.Add((-far, -far, TextAnchor.End));
            places.Add((-far, far, TextAnchor.End));
        }
        return [.. places];
    }
}
