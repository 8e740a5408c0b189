namespace SecondLook.Reports.Drawing;

/// <summary>What a figure draws on: shapes and text by the name of a style, in pixels from the top left corner.</summary>
/// <remarks>A style is one or more names of <see cref="Writing.StyleSheet"/>, such as <c>ln s1</c>; a canvas for another medium maps the same names.</remarks>
/// <param name="layout">Which of the two layouts is drawn.</param>
/// <param name="height">Height, px.</param>
public abstract class Canvas(FigureLayout layout, double height)
{
    private readonly List<LabelBox> _labels = [];

    /// <summary>Which layout is drawn.</summary>
    public FigureLayout Layout { get; } = layout;

    /// <summary>Whether this is the small layout.</summary>
    public bool Small => Layout == FigureLayout.Small;

    /// <summary>Width, px.</summary>
    public double Width { get; } = layout == FigureLayout.Large ? 760 : 288;

    /// <summary>Height, px.</summary>
    public double Height { get; } = height;

    /// <summary>Boxes of all text so far, drawing order.</summary>
    public IReadOnlyList<LabelBox> Labels => _labels;

    /// <summary>A line or polygon through points.</summary>
    /// <param name="style">Style names.</param>
    /// <param name="points">At least two.</param>
    /// <param name="closed">Whether the last point joins the first.</param>
    public abstract void Lines(string style, ReadOnlySpan<(double X, double Y)> points, bool closed = false);

    /// <summary>Many unconnected polylines in one shape.</summary>
    public abstract void ManyLines(string style, IReadOnlyList<(double X, double Y)[]> lines, bool closed = false);

    /// <summary>A rectangle.</summary>
    public abstract void Rectangle(string style, double x, double y, double width, double height);

    /// <summary>Many rectangles in one shape.</summary>
    public abstract void Rectangles(string style, IReadOnlyList<(double X, double Y, double Width, double Height)> rectangles);

    /// <summary>A circle.</summary>
    public abstract void Circle(string style, double x, double y, double radius);

    /// <summary>Text on a base line.</summary>
    /// <param name="style">Style names; <c>tk</c> sets the small size.</param>
    /// <param name="x">Anchor, px.</param>
    /// <param name="y">Base line, px.</param>
    /// <param name="text">The text, not escaped.</param>
    /// <param name="anchor">Which part stands at the anchor.</param>
    public void Text(string style, double x, double y, string text, TextAnchor anchor = TextAnchor.Start)
    {
        if (text.Length == 0)
        {
            return;
        }
        _labels.Add(LabelBox.Of(x, y, text, SizeOf(style), anchor));
        WriteText(style, x, y, text, anchor);
    }

    /// <summary>A straight line.</summary>
    public void Line(string style, double x1, double y1, double x2, double y2) => Lines(style, [(x1, y1), (x2, y2)]);

    /// <summary>Font size of a style, px.</summary>
    public static double SizeOf(string style) => style.Split(' ').Contains("tk") ? 10.5 : 11.5;

    /// <summary>Writes text; its box is already noted.</summary>
    protected abstract void WriteText(string style, double x, double y, string text, TextAnchor anchor);
}

/// <summary>The two layouts of every figure: drawn twice by the same code, never scaled.</summary>
public enum FigureLayout
{
    /// <summary>760 px wide, for the body of the report and the file beside it.</summary>
    Large,

    /// <summary>288 px wide, for page one and narrow screens.</summary>
    Small,
}
