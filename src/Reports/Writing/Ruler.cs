using System.Text;
using SecondLook.Reports.Drawing;

namespace SecondLook.Reports.Writing;

/// <summary>The ruler under the trust box: effect, its interval or range, and the model's own error on one scale.</summary>
internal static class Ruler
{
    private const double Width = 368;
    private const double Left = 14;
    private const double Right = 348;

    /// <summary>Draws the ruler; nothing when there is no effect to place.</summary>
    public static void Write(StringBuilder html, ReportModel report)
    {
        if (report.Run.Head.TooLittleKnown is not null || report.Pair is not { Effect: { } effect } pair)
        {
            return;
        }
        (double Low, double High)? spread = pair.Interval ?? (pair.Schedules > 1 ? pair.Range : null);
        // Beyond 100 % the band would hide everything else; it then fills the ruler.
        double error = Math.Min(report.ModelError.Share ?? 0, 1);
        double low = Math.Min(Math.Min(effect, spread?.Low ?? effect), -error) * 100;
        double high = Math.Max(Math.Max(effect, spread?.High ?? effect), error) * 100;
        low = Math.Min(low, 0);
        high = Math.Max(high, 0);
        double pad = Math.Max(1, (high - low) * 0.06);
        LinearScale x = LinearScale.Exact(low - pad, high + pad, Left, Right, 5);
        SvgCanvas canvas = new(FigureLayout.Small, 52);
        if (error > 0)
        {
            canvas.Rectangle("ph", x.Pixel(-error * 100), 12, x.Pixel(error * 100) - x.Pixel(-error * 100), 20);
        }
        canvas.Line("ax", x.Pixel(0), 10, x.Pixel(0), 36);
        canvas.Line("ax", Left, 36, Right, 36);
        double free = double.NegativeInfinity;
        foreach (double tick in x.Ticks)
        {
            string text = Numbers.Tick(tick) + (tick == x.Ticks[0] ? " %" : "");
            LabelBox box = LabelBox.Of(x.Pixel(tick), 50, text, 10.5, TextAnchor.Middle);
            canvas.Line("ax", x.Pixel(tick), 36, x.Pixel(tick), 39);
            if (box.Left >= free)
            {
                canvas.Text("tk", x.Pixel(tick), 50, text, TextAnchor.Middle);
                free = box.Right + 6;
            }
        }
        string words = "effect";
        if (spread is { } s)
        {
            bool interval = pair.Interval is not null;
            double a = x.Pixel(s.Low * 100);
            double b = x.Pixel(s.High * 100);
            if (interval)
            {
                canvas.Line("iv " + pair.Candidate.Mark.Stroke, a, 22, b, 22);
            }
            else
            {
                canvas.ManyLines("rg " + pair.Candidate.Mark.Stroke, [[(a, 22), (b, 22)], [(a, 18), (a, 26)], [(b, 18), (b, 26)]]);
            }
            words = interval ? "effect, 95 % interval" : "effect, range over schedules";
        }
        pair.Candidate.Mark.Draw(canvas, x.Pixel(effect * 100), 22, 4);
        words += error > 0 ? "; grey: model error" : report.ModelError.Share is null ? "; model error not measured" : "; model error 0";
        canvas.Text("tk", Left - 10, 8, words);
        html.Append($"<svg class=\"fig\" viewBox=\"0 0 {Width:F0} 54\" role=\"img\" aria-labelledby=\"rult ruld\"><title id=\"rult\">What could overturn the verdict</title>")
            .Append("<desc id=\"ruld\">The effect with its spread against zero, and the error of the model.</desc>").Append(canvas.Body).Append("</svg>");
    }
}
