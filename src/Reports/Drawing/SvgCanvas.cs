using System.Text;
using SecondLook.Reports.Writing;

namespace SecondLook.Reports.Drawing;

/// <summary>Draws SVG: one decimal, styles as classes, every text escaped.</summary>
/// <param name="layout">Which of the two layouts is drawn.</param>
/// <param name="height">Height, px.</param>
public sealed class SvgCanvas(FigureLayout layout, double height) : Canvas(layout, height)
{
    private readonly StringBuilder _body = new();
    private string? _watermark;

    /// <summary>The shapes drawn so far, without the element around them; faint behind a watermark.</summary>
    public string Body => _watermark is null ? _body.ToString() : $"<g class=\"faint\">{_body}</g>{_watermark}";

    /// <summary>Puts words into the top left corner of the plot; everything drawn afterwards is faint.</summary>
    /// <param name="lines">Lines of text, short enough for the small layout.</param>
    public void Watermark(IReadOnlyList<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            Text(i == 0 ? "h b" : "h", 50, 38 + (14 * i), lines[i]);
        }
        _watermark = _body.ToString();
        _body.Clear();
    }

    /// <summary>The picture as an element of a page, or, with a style sheet, as a file of its own.</summary>
    /// <param name="id">Unique in the page.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">Axes and marks in words.</param>
    /// <param name="css">Style sheet of a stand-alone file; null inside a page, which brings its own.</param>
    public string ToSvg(string id, string title, string description, string? css = null)
    {
        string size = $"viewBox=\"0 0 {C(Width)} {C(Height)}\"";
        string alone = css is null ? "" : $" xmlns=\"http://www.w3.org/2000/svg\" width=\"{C(Width)}\" height=\"{C(Height)}\"";
        string layoutClass = Small ? "fig S" : "fig L";
        return $"<svg class=\"{layoutClass}\"{alone} {size} role=\"img\" aria-labelledby=\"{id}t {id}d\"><title id=\"{id}t\">{Escape.Markup(title)}</title>"
            + $"<desc id=\"{id}d\">{Escape.Markup(description)}</desc>"
            + (css is null ? "" : $"<style>{css}</style><rect class=\"paper\" width=\"{C(Width)}\" height=\"{C(Height)}\"/>")
            + Body + "</svg>";
    }

    /// <inheritdoc/>
    public override void Lines(string style, ReadOnlySpan<(double X, double Y)> points, bool closed = false)
    {
        _body.Append("<path class=\"").Append(style).Append("\" d=\"");
        Append(points, closed);
        _body.Append("\"/>");
    }

    /// <inheritdoc/>
    public override void ManyLines(string style, IReadOnlyList<(double X, double Y)[]> lines, bool closed = false)
    {
        if (lines.Count == 0)
        {
            return;
        }
        _body.Append("<path class=\"").Append(style).Append("\" d=\"");
        foreach ((double X, double Y)[] line in lines)
        {
            Append(line, closed);
        }
        _body.Append("\"/>");
    }

    /// <inheritdoc/>
    public override void Rectangle(string style, double x, double y, double width, double height) =>
        _body.Append("<rect class=\"").Append(style).Append("\" x=\"").Append(C(x)).Append("\" y=\"").Append(C(y))
            .Append("\" width=\"").Append(C(width)).Append("\" height=\"").Append(C(height)).Append("\"/>");

    /// <inheritdoc/>
    public override void Rectangles(string style, IReadOnlyList<(double X, double Y, double Width, double Height)> rectangles)
    {
        if (rectangles.Count == 0)
        {
            return;
        }
        _body.Append("<path class=\"").Append(style).Append("\" d=\"");
        foreach ((double x, double y, double width, double height) in rectangles)
        {
            _body.Append('M').Append(C(x)).Append(' ').Append(C(y)).Append('h').Append(C(width)).Append('v').Append(C(height)).Append('h').Append(C(-width)).Append('z');
        }
        _body.Append("\"/>");
    }

    /// <inheritdoc/>
    public override void Circle(string style, double x, double y, double radius) =>
        _body.Append("<circle class=\"").Append(style).Append("\" cx=\"").Append(C(x)).Append("\" cy=\"").Append(C(y)).Append("\" r=\"").Append(C(radius)).Append("\"/>");

    /// <inheritdoc/>
    protected override void WriteText(string style, double x, double y, string text, TextAnchor anchor)
    {
        _body.Append("<text class=\"").Append(style).Append("\" x=\"").Append(C(x)).Append("\" y=\"").Append(C(y)).Append('"');
        if (anchor != TextAnchor.Start)
        {
            _body.Append(" text-anchor=\"").Append(anchor == TextAnchor.Middle ? "middle" : "end").Append('"');
        }
        _body.Append('>').Append(Escape.Markup(text)).Append("</text>");
    }

    private void Append(ReadOnlySpan<(double X, double Y)> points, bool closed)
    {
        for (int i = 0; i < points.Length; i++)
        {
            _body.Append(i == 0 ? 'M' : 'L').Append(C(points[i].X)).Append(' ').Append(C(points[i].Y));
        }
        if (closed)
        {
            _body.Append('z');
        }
    }

    // One decimal is a tenth of a pixel: finer than a screen shows, and short.
    private static string C(double value)
    {
        string text = Numbers.Fixed(value, 1);
        return text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
