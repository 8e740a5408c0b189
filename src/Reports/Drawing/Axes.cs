using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Drawing;

/// <summary>Draws axes as the report's look wants them: hairlines across for y, one thin line for x, titles never turned.</summary>
public static class Axes
{
    /// <summary>Hairlines, tick numbers and title of a vertical axis.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="y">The scale.</param>
    /// <param name="left">Left end of the plot area, px.</param>
    /// <param name="right">Right end, px.</param>
    /// <param name="title">Quantity, unit, (log); stands above the axis at the left edge of the picture.</param>
    /// <param name="label">Text of a tick; the number itself when null.</param>
    /// <param name="hairlines">Whether lines cross the plot; else short ticks at a line.</param>
    public static void Vertical(Canvas canvas, Scale y, double left, double right, string title, Func<double, string>? label = null, bool hairlines = true)
    {
        label ??= Numbers.Tick;
        foreach (double tick in y.Ticks)
        {
            double at = y.Pixel(tick);
            if (hairlines)
            {
                canvas.Line("gr", left, at, right, at);
            }
            else
            {
                canvas.Line("ax", left - 4, at, left, at);
            }
            canvas.Text("tk", left - 6, at + 3.6, label(tick), TextAnchor.End);
        }
        if (!hairlines)
        {
            canvas.Line("ax", left, y.PixelFrom, left, y.PixelTo);
        }
        if (title.Length > 0)
        {
            canvas.Text("ax-t", 0, y.PixelTo - 11, title);
        }
    }

    /// <summary>Line, ticks, tick numbers and title of a horizontal axis.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="x">The scale.</param>
    /// <param name="at">Height of the line, px.</param>
    /// <param name="title">Quantity, unit, (log); stands at the right end below the tick numbers.</param>
    /// <param name="label">Text of a tick; the number itself when null.</param>
    public static void Horizontal(Canvas canvas, Scale x, double at, string title, Func<double, string>? label = null)
    {
        label ??= Numbers.Tick;
        canvas.Line("ax", x.PixelFrom, at, x.PixelTo, at);
        foreach (double tick in x.MinorTicks)
        {
            canvas.Line("ax", x.Pixel(tick), at, x.Pixel(tick), at + 2.5);
        }
        double free = double.NegativeInfinity;
        foreach (double tick in x.Ticks)
        {
            double pixel = x.Pixel(tick);
            canvas.Line("ax", pixel, at, pixel, at + 4);
            string text = label(tick);
            LabelBox box = LabelBox.Of(pixel, at + 15, text, 10.5, TextAnchor.Middle);
            double shift = Math.Min(0, canvas.Width - box.Right) + Math.Max(0, -box.Left);
            // A label that would touch its neighbour is left out; its tick stays.
            if (box.Left + shift >= free)
            {
                canvas.Text("tk", pixel + shift, at + 15, text, TextAnchor.Middle);
                free = box.Right + shift + 5;
            }
        }
        if (title.Length > 0)
        {
            canvas.Text("ax-t", x.PixelTo, at + 30, title, TextAnchor.End);
        }
    }
}
